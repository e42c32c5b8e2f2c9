using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Agent.Samplers.Containers;
using NodeTelemetry.Agent.Samplers.Cpu;
using NodeTelemetry.Agent.Samplers.Memory;
using NodeTelemetry.Agent.Samplers.System;
using NodeTelemetry.Agent.Samplers.Textfile;
using NodeTelemetry.Agent.Sensors;

namespace NodeTelemetry.Agent.Run;

/// <summary>Which samplers there are.</summary>
internal static class AgentSamplers
{
    /// <summary>Makes what is run at every tick, in this order. Everything is on by default, save what needs a folder
    /// named.</summary>
    public static IEnumerable<ISampler> All(
        AgentOptions options, IKernelCalls calls, TimeProvider time, AgentMetrics metrics, ILogger logger) =>
    [
        .. OfTheNode(options, calls, time, metrics, logger),
        .. DeviceSamplers.Create(options, time, logger),

        // After all sensors, and the processor's temperature.
        new SensorCorrections(options.Corrections, time, logger),
        new AgentSampler(metrics),
    ];

    /// <summary>Makes those of what a node has one of.</summary>
    public static IEnumerable<ISampler> OfTheNode(
        AgentOptions options, IKernelCalls calls, TimeProvider time, AgentMetrics metrics, ILogger logger)
    {
        var roots = options.Roots;
        yield return new CpuSampler(roots);
        yield return new CpuFrequencySampler(roots, time);
        yield return new ThermalThrottleSampler(roots, time);
        yield return new ThermalSampler(roots);
        yield return new ThrottledSampler(roots, calls, time);
        yield return new PmicSampler(roots, calls, options.Selection.Sensors, time);
        yield return new LoadSampler(roots);
        yield return new MemorySampler(roots);
        yield return new VmstatSampler(roots, time);
        yield return new PressureSampler(roots, time);
        yield return new UptimeSampler(roots);
        yield return new ClockSampler(roots, calls, time);
        yield return new FileHandlesSampler(roots);
        yield return new SystemdSampler(roots, time);
        yield return new ContainersSampler(roots, time);
        if (options.TextfileDirectory is { } directory)
        {
            yield return new TextfileSampler(new TextfileDirectory(directory, time, metrics, logger), time);
        }
    }
}
