using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Run;

/// <summary>The command <c>run</c>: samples and sends until stopped.</summary>
internal static partial class AgentRun
{
    /// <summary>Samples and sends until a signal arrives, then sends a goodbye.
    /// SIGHUP reloads the configuration.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="reload">Reloads it.</param>
    /// <param name="signals">The signals.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public static int UntilStopped(
        AgentConfiguration configuration,
        Func<AgentConfiguration> reload,
        ShutdownSignals signals,
        TimeProvider time,
        StandardErrorLogger logger)
    {
        LogWarnings(configuration, logger);
        var metrics = new AgentMetrics();
        var options = configuration.Options;
        var source = SampleSources.Create(options, signals, time, logger, isStoring: true);
        using var notifier = new ServiceNotifier(
            Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
            Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
            logger);
        Log.Started(logger, AgentSetup.Version, source.Hostname, source.Node, source.Interval);
        var state = new RunState(time);
        var sequence = 0L;
        var isStopped = false;
        while (!isStopped)
        {
            state.SetRingBytes(options.RingBytes);
            using var session = new AgentSession(options, source, sequence, metrics, state, notifier, time, logger);
            isStopped = session.Run(signals, () => TryReload(reload, notifier, logger, ref options));
            if (isStopped)
            {
                notifier.Stopping();
                session.SendGoodbye(CreateGoodbye(options, time, logger));
            }

            sequence = session.NextSequence;
            source = SampleSources.Reconfigure(source, options);
        }

        Log.Stopped(
            logger,
            metrics.Samples,
            metrics.DatagramsSent,
            metrics.SendsFailed,
            metrics.TicksSkipped,
            metrics.SamplersFailed,
            metrics.RequestsAnswered,
            metrics.RequestsRefused);
        return 0;
    }

    /// <summary>Reloads the configuration.</summary>
    /// <returns><see langword="false"/> if it is invalid: the current one remains in effect.</returns>
    private static bool TryReload(
        Func<AgentConfiguration> reload, ServiceNotifier notifier, StandardErrorLogger logger, ref AgentOptions options)
    {
        notifier.Reloading();
        var configuration = reload();
        if (configuration.Problems.Count > 0)
        {
            foreach (var problem in configuration.Problems)
            {
                Log.ReloadRefused(logger, problem);
            }

            notifier.Ready("Continues with the previous configuration: the new one is invalid, see the log");
            return false;
        }

        LogWarnings(configuration, logger);
        if (configuration.Options.Node != options.Node || configuration.Options.Roots != options.Roots)
        {
            Log.NeedsRestart(logger);
        }

        // The identity does not change during a run, and it was read from these directories.
        configuration.Options.Node = options.Node;
        configuration.Options.Roots = options.Roots;
        options = configuration.Options;
        logger.LevelMin = options.LogLevel;
        Log.Reloaded(logger, options.Interval, options.Targets.Count, options.Labels.Count);
        return true;
    }

    private static ByeReading CreateGoodbye(AgentOptions options, TimeProvider time, ILogger logger)
    {
        var reason = new StopReasonFinder(options.Roots, time, logger).Find();
        var word = reason.ToString().ToLowerInvariant();
        if (!options.BackAfter.TryGetValue(reason, out var back))
        {
            Log.Goodbye(logger, word);
            return new ByeReading(word, BackSeconds: null);
        }

        Log.GoodbyeFor(logger, word, back);
        return new ByeReading(word, (int)Math.Ceiling(back.TotalSeconds));
    }

    private static void LogWarnings(AgentConfiguration configuration, ILogger logger)
    {
        foreach (var warning in configuration.Warnings)
        {
            Log.Warning(logger, warning);
        }
    }
}
