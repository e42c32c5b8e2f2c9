using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Agent.Samplers.Disks;
using NodeTelemetry.Agent.Samplers.Network;
using NodeTelemetry.Agent.Sensors.Iio;

namespace NodeTelemetry.Agent.Run;

/// <summary>Makes the samplers of what a node has several of: file systems, disks, interfaces, sensors.</summary>
internal static class DeviceSamplers
{
    /// <summary>How much of an interval a tick may wait for one source that is slow.</summary>
    private const int IntervalsPerWait = 20;

    /// <summary>However long the interval: a person may be waiting for <c>once</c>.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(1);

    /// <summary>A person waits longer for chips than for a file server that is away, because they do answer: the
    /// kernel's driver of an LPS25H takes two seconds for each of its two values.</summary>
    private static readonly TimeSpan ChipsWait = TimeSpan.FromSeconds(10);

    /// <summary>Makes them.</summary>
    public static IEnumerable<ISampler> Create(AgentOptions options, TimeProvider time, ILogger logger)
    {
        var roots = options.Roots;
        var selection = options.Selection;
        var share = options.Interval / IntervalsPerWait;
        var wait = options.SlowWait ?? (share < WaitMax ? share : WaitMax);
        var chipsWait = options.SlowWait < ChipsWait ? ChipsWait : wait;
        var buses = I2cBuses(options)
            .Select(bus => I2cSetup.Create(
                roots,
                bus,
                selection.Sensors,
                chipsWait,
                time,
                logger,
                DisplayFinder.WantsProximity(options.Display, roots)))
            .ToList();
        return
        [
            new HwmonSampler(roots, selection.Sensors, wait, time),
            new IioSampler(roots, selection.Sensors, chipsWait, time, buses.ConvertAll(static bus => bus.Board)),
            .. buses.ConvertAll(static bus => bus.Sampler),
            .. StreamSensors.Create(options, buses.ConvertAll(static bus => bus.Board), chipsWait, time, logger),
            new FilesystemsSampler(roots, selection.Mounts, wait, time, logger),
            new DiskstatsSampler(roots, selection.Disks, time),
            new MmcSampler(roots, selection.Disks, time),
            new NetDevSampler(roots, selection.Networks, wait, time),
        ];
    }

    /// <summary>Gets the buses on which chips are looked for. Without a device tree it is a PC, whose buses have memory
    /// modules and fans on them: nothing to search.</summary>
    public static IReadOnlyList<int> I2cBuses(AgentOptions options) =>
        options.I2cBuses ?? (File.Exists(options.Roots.ProcFile("device-tree/model")) ? [LinuxI2cBus.HeaderBus] : []);
}
