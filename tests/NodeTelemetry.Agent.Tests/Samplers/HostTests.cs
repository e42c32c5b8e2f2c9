using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers;

/// <summary>Every sampler on every host, and the whole datagrams that come of it.</summary>
public sealed class HostTests
{
    public static TheoryData<string> Hosts => [.. FixtureHost.Names];

    [Theory]
    [MemberData(nameof(Hosts))]
    public void A_sample_is_the_golden_one(string name)
    {
        using var host = new FixtureHost(name);
        var options = new AgentOptions
        {
            Roots = host.Roots(),
            Labels = [new("rack", "2")],
            SlowWait = TimeSpan.FromSeconds(30),
        };
        var hostname = AgentSetup.HostnameOf(options);
        var source = new SampleSource(
            hostname,
            NodeIdentity.Read(options.Roots, hostname).Node,
            BootIdentity.Read(options.Roots),
            0x0badcafe,
            options.Interval,
            options.Labels);
        using var loop = AgentSetup.CreateLoop(
            options, source, "arch", static (_, _) =>
                { }, new DatagramRing(0), new ManualTimeProvider(), new AgentMetrics(), NullLogger.Instance);

        var first = AgentSetup.Pretty(loop.TakeSample(isWithAbout: true));
        host.Advance();
        var second = AgentSetup.Pretty(loop.TakeSample(isWithAbout: false));

        var text = $"{first}\n{second}\n".Replace($"\"{AgentSetup.Version}\"", "\"VERSION\"", StringComparison.Ordinal);
        Assert.Null(Golden.Compare($"agent/{name}.json", text));
    }

    [Theory]
    [InlineData("rpi4-bookworm", "cpu:NoData cpufreq:Ok thermal:Ok load:Ok memory:Ok uptime:Ok about:Ok")]
    [InlineData("x64-debian12", "cpu:NoData cpufreq:Ok thermal:Ok load:Ok memory:Ok uptime:Ok about:Ok")]
    [InlineData("vm-no-sensors", "cpu:NoData cpufreq:Ok thermal:NoData load:Ok memory:Ok uptime:Ok about:Ok")]
    [InlineData("hostile", "cpu:Failed cpufreq:Failed thermal:Failed load:Failed memory:Failed uptime:Failed about:Ok")]
    public void Each_sampler_says_how_it_went_on(string name, string expected)
    {
        using var host = new FixtureHost(name);
        Assert.Equal(expected, Outcomes(host.Roots()));
    }

    [Fact]
    public void A_machine_without_any_kernel_files_has_no_data_and_no_failures() =>
        Assert.Equal(
            "cpu:NoData cpufreq:NoData thermal:NoData load:NoData memory:NoData uptime:NoData about:Ok",
            Outcomes(new KernelRoots("/nonexistent/proc", "/nonexistent/sys", "/nonexistent/etc", "/nonexistent/dev")));

    [Theory]
    [InlineData("rpi4-bookworm")]
    [InlineData("x64-debian12")]
    [InlineData("vm-no-sensors")]
    [InlineData("hostile")]
    public void No_sampler_allocates_once_warm(string name)
    {
        using var host = new FixtureHost(name);
        AssertNoAllocation(host.Roots());
    }

    [Fact]
    public void No_sampler_allocates_on_this_machine() => AssertNoAllocation(new KernelRoots());

    private static void AssertNoAllocation(KernelRoots roots)
    {
        var builder = new SnapshotBuilder();
        foreach (var sampler in Samplers(roots))
        {
            var allocated = Allocation.Of(() =>
            {
                builder.Reset();
                sampler.Sample(builder);
            });
            Assert.True(allocated == 0, $"{sampler.Name} allocated {allocated} bytes.");
            (sampler as IDisposable)?.Dispose();
        }
    }

    private static string Outcomes(KernelRoots roots)
    {
        var builder = new SnapshotBuilder();
        return string.Join(' ', Samplers(roots).Select(sampler =>
        {
            using (sampler as IDisposable)
            {
                return $"{sampler.Name}:{sampler.Sample(builder)}";
            }
        }));
    }

    private static ISampler[] Samplers(KernelRoots roots) =>
    [
        new CpuUsageSampler(roots), new CpuFrequencySampler(roots), new ThermalSampler(roots), new LoadSampler(roots),
        new MemorySampler(roots), new UptimeSampler(roots), new AboutSampler(roots, "arch", "0"),
    ];
}
