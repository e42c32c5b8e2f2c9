using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Commands;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Run;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Kernel;

/// <summary>In a container the readings are those of the node, or absent; never those of the container.</summary>
public sealed class KernelRootsTests : IDisposable
{
    private readonly FixtureHost _host = new("rpi4-bookworm");
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void One_mount_of_the_root_directory_gives_every_root()
    {
        Assert.Equal(
            new KernelRoots(
                "/host/proc", "/host/sys", "/host/etc", "/host/dev", "/host/run", "/host/var", "/host/boot", "/host"),
            KernelRoots.FromRoot("/host"));
        Assert.Equal(new KernelRoots(), KernelRoots.FromRoot("/"));
    }

    [Fact]
    public void This_machine_and_a_captured_host_are_no_containers()
    {
        Assert.False(new KernelRoots().IsContainer);
        Assert.True(new KernelRoots().IsNetworkOwn);
        Assert.False(_host.Roots().IsContainer);
        Assert.True(_host.Roots().IsNetworkOwn);
    }

    [Fact]
    public void In_a_container_with_the_network_of_the_node_the_own_network_is_read_where_process_1_is_hidden()
    {
        var roots = KernelRoots.FromRoot("/host") with { Proc = "/proc", Sys = "/sys" };
        Assert.True(roots.IsContainer);
        Assert.True(roots.IsNetworkOwn);
        Assert.True(roots.NetworkFile("dev") is "/proc/1/net/dev" or "/proc/net/dev");
        Assert.Equal("/proc/net/nonexistent", roots.NetworkFile("nonexistent"));
    }

    [Fact]
    public void In_a_container_every_reading_is_the_node_s()
    {
        // What the kernel shows of the reader's network only; the next test has it.
        _host.Remove("proc/sys/net");
        var expected = Read(Take(_host.Roots()));
        var sample = Take(_host.MountInContainer());

        Assert.Equal(expected, Read(sample));
        Assert.NotNull(sample.About!.Addresses);
        Assert.NotNull(sample.Section(NetworkSection.Definition));
        Assert.NotNull(sample.Section(FilesystemsSection.Definition));
    }

    [Fact]
    public void In_a_container_what_only_shows_its_own_network_is_absent()
    {
        var roots = _host.MountInContainer();
        _host.Write("proc/sys/net/netfilter/nf_conntrack_count", "7\n"u8);
        Directory.Delete(Path.Combine(_host.Proc, "1"), recursive: true);

        var sample = Take(roots);

        Assert.False(roots.IsNetworkReadable);
        Assert.Null(sample.Section(NetworkSection.Definition));
        Assert.Null(sample.Section(FilesystemsSection.Definition));
        Assert.Null(sample.About!.Addresses);
        Assert.Null(sample.Section(ProtocolsSection.Definition)?[0][ProtocolsSection.Tracked]);
    }

    [Fact]
    public void The_host_name_in_a_container_is_the_configured_one_or_the_node_s_or_unknown()
    {
        var options = new AgentOptions { Roots = _host.MountInContainer() };
        Assert.Equal("pi4-01", AgentSetup.GetHostname(options));

        _host.Remove("etc/hostname");
        Assert.Equal(NodeHostname.Unknown, AgentSetup.GetHostname(options));

        options.Hostname = "pi-07";
        Assert.Equal("pi-07", AgentSetup.GetHostname(options));
    }

    /// <summary>Writes a sample without what the agent says of itself.</summary>
    private static string Read(NodeSnapshot sample)
    {
        var members = JsonNode.Parse(SampleText.Write(sample))!.AsObject();
        members.Remove("agent");
        return members.ToJsonString();
    }

    private NodeSnapshot Take(KernelRoots roots)
    {
        var options = new AgentOptions { Roots = roots, SlowWait = TimeSpan.FromSeconds(10) };
        var hostname = AgentSetup.GetHostname(options);
        var source = Snapshots.Source(TimeSpan.FromSeconds(2)) with
        {
            Hostname = hostname,
            Node = NodeIdentity.Read(roots, hostname).Node,
        };
        using var loop = AgentSetup.CreateLoop(
            options,
            source,
            "arch",
            static (_, _) => { },
            new DatagramRing(0),
            _time,
            new AgentMetrics(),
            NullLogger.Instance,
            0,
            new SimulatedKernel(_host.Root));
        return loop.TakeSample(isWithAbout: true);
    }
}
