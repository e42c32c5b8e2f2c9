using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Agent.Samplers.Containers;
using NodeTelemetry.Agent.Samplers.Cpu;
using NodeTelemetry.Agent.Samplers.Disks;
using NodeTelemetry.Agent.Samplers.Memory;
using NodeTelemetry.Agent.Samplers.Network;
using NodeTelemetry.Agent.Samplers.System;
using NodeTelemetry.Agent.Samplers.Textfile;
using NodeTelemetry.Agent.Sensors;
using NodeTelemetry.Agent.Sensors.Iio;

namespace NodeTelemetry.Agent.Run;

/// <summary>The table of samplers: one line registers one.</summary>
internal static class AgentSamplers
{
    /// <summary>A tick waits for one slow source for at most this fraction of the interval.</summary>
    private const int IntervalsPerWait = 20;

    /// <summary>The limit of that wait for long intervals: a user may be waiting for <c>once</c>.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(1);

    /// <summary>How long <c>once</c> waits for chips. They do respond, unlike a file server that is down:
    /// the kernel's driver of an LPS25H takes two seconds for each of its two values.</summary>
    private static readonly TimeSpan ChipsWait = TimeSpan.FromSeconds(10);

    /// <summary>Creates the samplers, in the order in which each tick runs them.</summary>
    public static IReadOnlyList<ISampler> Create(
        AgentOptions options, IKernelCalls calls, TimeProvider time, AgentMetrics metrics, ILogger logger)
    {
        var roots = options.Roots;
        var selection = options.Selection;
        var scan = new BoardScan(roots, time);
        var share = options.Interval / IntervalsPerWait;
        var wait = options.SlowWait ?? (share < WaitMax ? share : WaitMax);
        var chipsWait = options.SlowWait < ChipsWait ? ChipsWait : wait;
        var numbers = FindI2cBuses(options);
        var wantsProximity = numbers.Count > 0 && DisplayFinder.WantsProximity(options.Display, roots);
        var buses = numbers
            .Select(bus => I2cSetup.Create(roots, bus, selection.Sensors, chipsWait, time, logger, wantsProximity))
            .ToList();
        var boards = buses.ConvertAll(static bus => bus.Board);
        return
        [
            new CpuSampler(roots),
            new CpuFrequencySampler(roots, time),
            new ThermalThrottleSampler(roots, time),
            new ThermalSampler(scan),
            new ThrottledSampler(roots, calls, time),
            new PmicSampler(roots, calls, selection.Sensors, time),
            new PowercapSampler(roots, selection.Sensors, time),
            new LoadSampler(roots),
            new MemorySampler(roots, time),
            new VmstatSampler(roots, time),
            new PressureSampler(roots, time),
            new UptimeSampler(roots),
            new ClockSampler(roots, calls, time),
            new FileHandlesSampler(roots),
            new EntropySampler(roots, time),
            new SystemdSampler(roots, time),
            new ContainersSampler(roots, time),
            .. options.TextfileDirectory is { } directory
                ? [new TextfileSampler(new TextfileDirectory(directory, time, metrics, logger), time)]
                : (ISampler[])[],
            new HwmonSampler(scan, selection.Sensors, wait, time),
            new IioSampler(roots, selection.Sensors, chipsWait, time, scan, boards),
            .. buses.ConvertAll(static bus => bus.Sampler),
            .. StreamSensors.Create(options, boards, chipsWait, time, logger),
            new FilesystemsSampler(roots, selection.Mounts, wait, time, logger),
            new DiskstatsSampler(roots, selection.Disks, time),
            new MmcSampler(roots, selection.Disks, time),
            new MdSampler(roots, time),
            new ZfsPoolsSampler(roots, time),
            new PowerSupplySampler(roots, wait, time),
            new EdacSampler(roots, time),
            new ProtocolsSampler(roots, time),
            new NetDevSampler(roots, selection.Networks, wait, time),

            // These follow all sensors and the CPU temperature.
            new SensorCorrections(options.Corrections, time, logger),
            new AgentSampler(metrics),
        ];
    }

    /// <summary>Finds the I2C buses to search for chips: by default the one of the header.
    /// A machine without a device tree is a PC, whose buses have memory modules and fans: nothing to search.</summary>
    public static IReadOnlyList<int> FindI2cBuses(AgentOptions options) =>
        options.I2cBuses ?? (File.Exists(options.Roots.ProcFile("device-tree/model")) ? [LinuxI2cBus.HeaderBus] : []);
}
