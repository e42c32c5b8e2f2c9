using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Run;

/// <summary>Takes samples without sending them, for commands whose output the user waits for.</summary>
internal static class SampleTaker
{
    /// <summary>How long each slow source is waited for.</summary>
    private static readonly TimeSpan SlowWait = TimeSpan.FromSeconds(1);

    /// <summary>Time between the two readings of a rate: twenty ticks of USER_HZ, enough for steps of 5 %.</summary>
    private static readonly TimeSpan RateDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Takes one complete sample; <see langword="null"/> if the agent is to stop.</summary>
    public static NodeSnapshot? Take(
        AgentOptions options, ShutdownSignals signals, TimeProvider time, ILogger logger)
    {
        using var loop = CreateLoop(options, SampleSources.Create(options, signals, time, logger), time, logger);
        return Take(loop, signals);
    }

    /// <summary>Takes one complete sample with a loop; <see langword="null"/> if the agent is to stop.</summary>
    public static NodeSnapshot? Take(SampleLoop loop, ShutdownSignals signals)
    {
        _ = loop.TakeSample(isWithAbout: false);
        return signals.Wait(RateDelay) ? null : loop.TakeSample(isWithAbout: true);
    }

    /// <summary>Takes several samples.</summary>
    /// <returns><see langword="false"/> if the agent was to stop before all were taken.</returns>
    public static bool TakeSeveral(
        AgentOptions options,
        ShutdownSignals signals,
        TimeProvider time,
        ILogger logger,
        int count,
        TimeSpan pause,
        Action<NodeSnapshot> add)
    {
        using var loop = CreateLoop(options, SampleSources.Create(options, signals, time, logger), time, logger);
        for (var index = 0; index < count; index++)
        {
            add(loop.TakeSample(isWithAbout: false));
            if (signals.Wait(pause))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Creates a loop that sends nothing and, by default, waits <see cref="SlowWait"/> for slow sources.
    /// </summary>
    public static SampleLoop CreateLoop(
        AgentOptions options, SampleSource source, TimeProvider time, ILogger logger)
    {
        options.SlowWait ??= SlowWait;
        return AgentSetup.CreateLoop(
            options,
            source,
            AgentSetup.Architecture,
            static (_, _) => { },
            new DatagramRing(0),
            time,
            new AgentMetrics(),
            logger);
    }
}
