using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sensors;

namespace NodeTelemetry.Agent;

/// <summary>Makes the samplers of what a node has several of: file systems, disks, interfaces, sensors.</summary>
internal static class DeviceSamplers
{
    /// <summary>How much of an interval a tick may wait for one source that is slow.</summary>
    private const int IntervalsPerWait = 20;

    /// <summary>However long the interval: a person may be waiting for <c>once</c>.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(1);

    /// <summary>Makes them.</summary>
    public static IEnumerable<ISampler> Create(AgentOptions options, TimeProvider time, ILogger logger)
    {
        var roots = options.Roots;
        var selection = options.Selection;
        var share = options.Interval / IntervalsPerWait;
        var wait = options.SlowWait ?? (share < WaitMax ? share : WaitMax);
        var buses = I2cBuses(options)
            .Select(bus => I2cSetup.Create(
                roots,
                bus,
                selection.Sensors,
                wait,
                time,
                logger,
                DisplayFinder.WantsProximity(options.Display, roots)))
            .ToList();
        return
        [
            new HwmonSampler(roots, selection.Sensors, wait, time),
            new IioSampler(roots, selection.Sensors, wait, time, buses.ConvertAll(static bus => bus.Board)),
            .. buses.ConvertAll(static bus => bus.Sampler),
            .. StreamSensors.Create(options, buses.ConvertAll(static bus => bus.Board), wait, time, logger),
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
