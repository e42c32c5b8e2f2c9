using System.Text;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Containers;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Containers;

public sealed class ContainersSamplerTests
{
    private static readonly string Id = new('a', 64);

    [Theory]
    [InlineData("docker-ID.scope", "system.slice", "ID")]
    [InlineData("cri-containerd-ID.scope", "kubepods-burstable-pod1.slice", "ID")]
    [InlineData("crio-ID.scope", "kubepods.slice", "ID")]
    [InlineData("libpod-ID.scope", "machine.slice", "ID")]
    [InlineData("ID", "docker", "ID")]
    [InlineData("ID", "pod1f2e", "ID")]
    [InlineData("lxc.payload.web", "", "web")]
    [InlineData("101", "lxc", "101")]
    [InlineData("libpod-conmon-ID.scope", "machine.slice", null)]
    [InlineData("session-1.scope", "user-1000.slice", null)]
    [InlineData("docker-abc.scope", "system.slice", null)]
    [InlineData("docker.service", "system.slice", null)]
    [InlineData("-ID.scope", "system.slice", null)]
    [InlineData("IDa", "docker", null)]
    [InlineData(".scope", "", null)]
    [InlineData("lxc.payload.", "", null)]
    [InlineData("", "", null)]
    public void Groups_of_containers(string name, string parent, string? expected)
    {
        var isContainer = ContainerPath.TryParse(Bytes(name), Bytes(parent), out var identity);
        Assert.Equal(expected?.Replace("ID", Id, StringComparison.Ordinal), isContainer ? Encoding.UTF8.GetString(identity) : null);

        static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.Replace("ID", Id, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("usage_usec 5\nuser_usec 3\n", 5ul)]
    [InlineData("x 1\nusage_usec 18446744073709551615", ulong.MaxValue)]
    [InlineData("usage_usec 5 6", 5ul)]
    [InlineData("usage_usec -5\n", null)]
    [InlineData("usage_usec", null)]
    [InlineData("xusage_usec 5", null)]
    [InlineData("", null)]
    public void Keyed_files(string text, ulong? expected) =>
        Assert.Equal(expected, ContainerState.ParseKeyed(Encoding.UTF8.GetBytes(text), "usage_usec"u8));

    [Theory]
    [InlineData("#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t1\t1\t1\nmemory\t4\t20\t1\n", true)]
    [InlineData("memory\t0\t112\t0", false)]
    [InlineData("memory\t0", null)]
    [InlineData("cpu\t1\t1\t1\n", null)]
    [InlineData("", null)]
    public void The_memory_cgroup_of_version_1(string text, bool? expected) =>
        Assert.Equal(expected, ContainersSampler.HasMemoryOfVersion1(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("rpi4-bookworm", 2, false, "mosquitto-dddddddddddd:218.273645 node-dddddddddddd:18.273645")]
    [InlineData("rpi3-bullseye", 2, false, "nginx-a1b2c3d4e5f6:4218.273645 redis-server-b7c8d9e0f1a2:718.273645")]
    [InlineData(
        "rpi5-bookworm", 2, true,
        "kube-system/traefik-7d5f6474df-abcde/traefik:4218.273645:178257920 busybox-666666666666:118.273645:48234496")]
    [InlineData("x64-debian12", 1, true, "caddy-eeeeeeeeeeee:9.123456:27262976")]
    [InlineData("rpizero2w-bookworm", 0, false, "")]
    [InlineData("container", 0, true, "")]
    [InlineData("odroid-xu4", null, true, "")]
    public void What_hosts_run(string name, int? count, bool hasMemory, string expected)
    {
        using var bench = new SamplerBench(name);
        var sampler = bench.Own(new ContainersSampler(bench.Host.Roots(), bench.Time));
        var snapshot = bench.Sample(count is null ? SampleOutcome.NoData : SampleOutcome.Ok, sampler);

        var system = snapshot.Section(SystemSection.Definition)!;
        Assert.Equal(count, system[SystemSection.Containers]);
        Assert.Equal(hasMemory ? 1 : 0, system[SystemSection.MemoryCgroup]);
        Assert.Equal(expected, Describe(snapshot.Section(ContainersSection.Definition)));
    }

    [Fact]
    public void Of_many_containers_the_largest_are_shown_and_all_counted()
    {
        using var bench = new SamplerBench("x64-server-64");
        var sampler = bench.Own(new ContainersSampler(bench.Host.Roots(), bench.Time));
        var snapshot = bench.Sample(SampleOutcome.Ok, sampler);

        Assert.Equal(13, snapshot.Section(SystemSection.Definition)![SystemSection.Containers]);
        var containers = snapshot.Section(ContainersSection.Definition)!;
        Assert.Equal(8, containers.EntryCount);
        Assert.Equal(
            ["db.1.x7k2", "java-000000000002", "nginx-000000000003"],
            Enumerable.Range(0, 3).Select(index => containers[index].Name!));
    }

    [Fact]
    public void Processor_time_is_that_of_the_tick_and_the_rest_follows()
    {
        using var bench = new SamplerBench("rpi5-bookworm");
        var sampler = bench.Own(new ContainersSampler(bench.Host.Roots(), bench.Time));
        bench.Sample(SampleOutcome.Ok, sampler);
        var group = Directory.GetDirectories(
            Path.Combine(bench.Host.Sys, "fs/cgroup/kubepods.slice"), "cri-containerd-6*", SearchOption.AllDirectories)[0];
        File.WriteAllText(Path.Combine(group, "cpu.stat"), "usage_usec 200000000\n");
        File.WriteAllText(Path.Combine(group, "memory.current"), "419430400\n");

        Assert.Equal("busybox-666666666666:200:48234496", Sample().Split(' ')[1]);
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("busybox-666666666666:200:415236096", Sample().Split(' ')[0]);

        Directory.Delete(group, recursive: true);
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.StartsWith("kube-system/", Sample(), StringComparison.Ordinal);
        Assert.DoesNotContain("busybox", Sample(), StringComparison.Ordinal);

        string Sample() => Describe(bench.Section(ContainersSection.Definition, SampleOutcome.Ok, sampler));
    }

    [Fact]
    public void More_containers_than_are_looked_into_are_counted()
    {
        using var bench = new SamplerBench("rpizero2w-bookworm");
        for (var container = 0; container < ContainerSearch.CountMax + 5; container++)
        {
            bench.Write($"sys/fs/cgroup/docker/{container:x64}/cpu.stat", "usage_usec 1\n");
        }

        var sampler = bench.Own(new ContainersSampler(bench.Host.Roots(), bench.Time));
        Assert.Equal(
            ContainerSearch.CountMax + 5,
            bench.Section(SystemSection.Definition, SampleOutcome.Ok, sampler)![SystemSection.Containers]);
    }

    [Fact]
    public void Damaged_groups_are_counted_and_say_nothing()
    {
        using var bench = new SamplerBench("hostile");
        var sampler = bench.Own(new ContainersSampler(bench.Host.Roots(), bench.Time));
        var snapshot = bench.Sample(SampleOutcome.Ok, sampler);
        Assert.Equal(1, snapshot.Section(SystemSection.Definition)![SystemSection.Containers]);
        Assert.Null(snapshot.Section(ContainersSection.Definition));
    }

    [Fact]
    public void Two_containers_with_the_same_name_are_distinguished()
    {
        using var bench = new SamplerBench("rpizero2w-bookworm");
        bench.Write("sys/fs/cgroup/lxc/web/cpu.stat", "usage_usec 1000000\n");
        bench.Write("sys/fs/cgroup/lxc.payload.web/cpu.stat", "usage_usec 2000000\n");
        bench.Write($"sys/fs/cgroup/docker/{Id}/cpu.stat", "usage_usec 3000000\n");
        bench.Write($"var/lib/docker/containers/{Id}/config.v2.json", """{"Name":"/web"}""");
        var sampler = bench.Own(new ContainersSampler(bench.Host.Roots(), bench.Time));
        var containers = bench.Section(ContainersSection.Definition, SampleOutcome.Ok, sampler)!;
        var names = Enumerable.Range(0, containers.EntryCount).Select(index => containers[index].Name!).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Theory]
    [InlineData("""{"Name":"/\ud800"}""")]
    [InlineData("""{"Name":"/we""")]
    public void A_name_that_is_no_text_leaves_the_digits(string configuration)
    {
        using var bench = new SamplerBench("rpizero2w-bookworm");
        bench.Write($"sys/fs/cgroup/docker/{Id}/cpu.stat", "usage_usec 3000000\n");
        bench.Write($"var/lib/docker/containers/{Id}/config.v2.json", configuration);
        var sampler = bench.Own(new ContainersSampler(bench.Host.Roots(), bench.Time));
        var containers = bench.Section(ContainersSection.Definition, SampleOutcome.Ok, sampler)!;
        var names = Enumerable.Range(0, containers.EntryCount).Select(index => containers[index].Name!);
        Assert.Contains(names, static name => Id.StartsWith(name, StringComparison.Ordinal));
    }

    private static string Describe(NodeTelemetry.Protocol.Readings.SectionReading? containers) => string.Join(
        ' ',
        Enumerable.Range(0, containers?.EntryCount ?? 0).Select(index => containers![index]).Select(entry =>
            FormattableString.Invariant($"{entry.Name}:{entry[ContainersSection.CpuSeconds]}")
            + (entry[ContainersSection.MemoryBytes] is { } bytes ? FormattableString.Invariant($":{bytes}") : "")));
}
