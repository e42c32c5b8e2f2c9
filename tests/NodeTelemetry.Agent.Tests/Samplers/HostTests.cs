using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Commands;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Run;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Agent.Samplers.Cpu;
using NodeTelemetry.Agent.Samplers.Disks;
using NodeTelemetry.Agent.Samplers.Network;
using NodeTelemetry.Agent.Samplers.System;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Agent.Sensors;
using NodeTelemetry.Agent.Sensors.Iio;
using NodeTelemetry.Agent.Sensors.Streams;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers;

/// <summary>Every sampler on every host, and the whole datagrams that come of it.</summary>
public sealed class HostTests
{
    private static readonly TimeSpan SlowWait = TimeSpan.FromSeconds(30);

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
            SlowWait = SlowWait,
        };
        var hostname = AgentSetup.GetHostname(options);
        var source = new SampleSource(
            hostname,
            NodeIdentity.Read(options.Roots, hostname).Node,
            BootIdentity.Read(options.Roots),
            0x0badcafe,
            options.Interval,
            options.Labels);
        var time = new ManualTimeProvider();
        using var loop = AgentSetup.CreateLoop(
            options, source, "arch", static (_, _) => { }, new DatagramRing(0), time, new AgentMetrics(),
            NullLogger.Instance, 0, new SimulatedKernel(host.Root));

        var first = DatagramsOf(loop.TakeSample(isWithAbout: true));
        host.Advance();
        time.Advance(options.Interval);
        var second = DatagramsOf(loop.TakeSample(isWithAbout: false));

        var text = $"{first}\n{second}\n".Replace($"\"{AgentSetup.Version}\"", "\"VERSION\"", StringComparison.Ordinal);
        Assert.Null(Golden.Compare($"agent/{name}.json", text));
    }

    /// <summary>Gets a sample's datagrams, each over several lines.</summary>
    private static string DatagramsOf(NodeSnapshot snapshot)
    {
        using var encoder = new SnapshotEncoder();
        return string.Join('\n', Enumerable.Range(0, encoder.Encode(snapshot))
            .Select(index => SampleText.Write([encoder.Datagram(index)])));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Each_sampler_says_how_it_went_on(string name)
    {
        using var host = new FixtureHost(name);
        Assert.Null(Golden.Compare(
            $"outcomes/{name}.txt",
            Outcomes(host.Roots(), new SimulatedKernel(host.Root)).Replace(' ', '\n') + "\n"));
    }

    [Fact]
    public void A_machine_without_any_kernel_files_has_no_data_and_no_failures() =>
        Assert.Equal(
            "clock:Failed textfile:Failed agent:Ok about:Ok", Outcomes(Nowhere, new SimulatedKernel("/nonexistent")));

    [Theory]
    [MemberData(nameof(Hosts))]
    public void No_sampler_allocates_once_warm(string name)
    {
        using var host = new FixtureHost(name);
        AssertNoAllocation(host.Roots(), exceptSimulated: new SimulatedKernel(host.Root));
    }

    [Fact]
    public void No_sampler_allocates_on_this_machine() =>
        AssertNoAllocation(new KernelRoots(), exceptSimulated: null);

    private static KernelRoots Nowhere => new(
        "/nonexistent/proc", "/nonexistent/sys", "/nonexistent/etc", "/nonexistent/dev", "/nonexistent/run",
        "/nonexistent/var", "/nonexistent/boot");

    /// <summary>Lets a minute pass between two samples, so that everything is read each time; but the search for new
    /// devices may allocate.</summary>
    private static void AssertNoAllocation(KernelRoots roots, SimulatedKernel? exceptSimulated)
    {
        const int WarmUps = 50;
        var builder = new SnapshotBuilder();
        var time = new ManualTimeProvider();
        foreach (var sampler in Samplers(roots, exceptSimulated ?? (IKernelCalls)new LinuxKernelCalls(), time))
        {
            using (sampler as IDisposable)
            {
                // The simulated kernel reads files itself.
                if (exceptSimulated is not null && sampler is ClockSampler or ThrottledSampler or PmicSampler)
                {
                    continue;
                }

                var searches = sampler is ThermalSampler or CpuFrequencySampler or ThermalThrottleSampler
                    or HwmonSampler or MdSampler or ZfsPoolsSampler or PowerSupplySampler or EdacSampler or PowercapSampler
                    or IioSampler or I2cSampler or StreamSampler
                    or FilesystemsSampler or DiskstatsSampler or MmcSampler or NetDevSampler;
                var allocated = 0L;
                for (var round = 0; round <= WarmUps; round++)
                {
                    time.Advance(searches ? TimeSpan.Zero : TimeSpan.FromMinutes(1));
                    builder.Reset();
                    var before = GC.GetAllocatedBytesForCurrentThread();
                    sampler.Sample(builder);
                    allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                }

                Assert.True(allocated == 0, $"{sampler.Name} allocated {allocated} bytes.");
            }
        }
    }

    /// <summary>Gets how each sampler fares, except those that find nothing to read: a new sampler changes nothing on
    /// hosts that lack its source.</summary>
    private static string Outcomes(KernelRoots roots, IKernelCalls calls)
    {
        var builder = new SnapshotBuilder();
        return string.Join(' ', Samplers(roots, calls, new ManualTimeProvider())
            .Select(sampler =>
            {
                using (sampler as IDisposable)
                {
                    return (sampler.Name, Outcome: sampler.Sample(builder));
                }
            })
            .Where(static result => result.Outcome != SampleOutcome.NoData)
            .Select(static result => $"{result.Name}:{result.Outcome}"));
    }

    private static IEnumerable<ISampler> Samplers(KernelRoots roots, IKernelCalls calls, TimeProvider time)
    {
        var options = new AgentOptions
        {
            Roots = roots,
            TextfileDirectory = roots.VarFile("textfiles"),
            SlowWait = SlowWait,
        };
        return AgentSamplers.Create(options, calls, time, new AgentMetrics(), NullLogger.Instance)
            .Append(new AboutSampler(roots, "arch", "0"));
    }
}
