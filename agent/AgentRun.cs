using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Agent.Transport;

namespace NodeTelemetry.Agent;

/// <summary>The two commands that sample.</summary>
internal static partial class AgentRun
{
    /// <summary>Between the two readings of <c>once</c>: twenty ticks of USER_HZ, enough for a share in steps of 5
    /// %.</summary>
    private static readonly TimeSpan OnceDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Network drivers of small boards load until some 20 s after boot; the identity must not depend on who
    /// was faster.</summary>
    private static readonly TimeSpan DriversSettleTime = TimeSpan.FromSeconds(30);

    /// <summary>How often an early start looks whether a network card has come.</summary>
    private static readonly TimeSpan DriversCheckPeriod = TimeSpan.FromMilliseconds(500);

    /// <summary>Prints one sample.</summary>
    public static int Once(AgentOptions options, ShutdownSignals signals, TimeProvider time, ILogger logger)
    {
        var source = MakeSource(options, signals, time, logger);
        using var loop = AgentSetup.CreateLoop(
            options, source, AgentSetup.Architecture, static (_, _) => { }, time, new AgentMetrics(), logger);
        _ = loop.TakeSample(isWithAbout: false);
        if (!signals.Wait(OnceDelay))
        {
            StandardStream.WriteOutput(AgentSetup.Pretty(loop.TakeSample(isWithAbout: true)));
        }

        return 0;
    }

    /// <summary>Samples and sends until a signal comes, then says goodbye.</summary>
    public static int UntilStopped(
        AgentOptions options,
        IReadOnlyList<string> warnings,
        ShutdownSignals signals,
        TimeProvider time,
        ILogger logger)
    {
        foreach (var warning in warnings)
        {
            Log.Suspicious(logger, warning);
        }

        var metrics = new AgentMetrics();
        var source = MakeSource(options, signals, time, logger);
        using var sender = new MulticastSender(AgentSetup.SettingsOf(options), options.Roots, time, metrics, logger);
        using var loop =
            AgentSetup.CreateLoop(options, source, AgentSetup.Architecture, sender.Send, time, metrics, logger);
        using var notifier = new ServiceNotifier(
            Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
            Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
            logger);
        var responder = new ControlResponder(sender, loop.NewestDatagram, time, metrics);
        Log.Started(logger, AgentSetup.Version, source.Hostname, source.Node, source.Interval);
        var isReady = false;
        loop.Run(untilNext =>
        {
            if (!isReady)
            {
                isReady = true;
                notifier.Ready(
                    $"Sending as {source.Hostname} every {source.Interval.TotalSeconds:0.###} s "
                    + $"by {sender.LinkCount} links");
            }

            return WaitAlive(untilNext, signals, responder, notifier, time);
        });
        notifier.Stopping();
        loop.SayGoodbye("stop");
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

    /// <summary>Waits for the next tick and answers requests meanwhile, with signs of life in between where the
    /// interval is longer than systemd's patience.</summary>
    private static bool WaitAlive(
        TimeSpan wait,
        ShutdownSignals signals,
        ControlResponder responder,
        ServiceNotifier notifier,
        TimeProvider time)
    {
        var start = time.GetTimestamp();
        var left = wait;
        while (left > TimeSpan.Zero)
        {
            // On this thread and no other: if a sampler hangs, there is no sign of life, and systemd starts the agent
            // anew.
            notifier.SendAlive();
            var timeout = notifier.AlivePeriod is { } period && period < left ? period : left;
            if (responder.WaitOnce(timeout, signals.Descriptor))
            {
                return true;
            }

            left = wait - time.GetElapsedTime(start);
        }

        return signals.Wait(TimeSpan.Zero);
    }

    [SuppressMessage(
        "Security",
        "CA5394",
        Justification = "The run number only tells starts apart; OpenSSL's generator costs 4 MB.")]
    private static SampleSource MakeSource(
        AgentOptions options, ShutdownSignals signals, TimeProvider time, ILogger logger)
    {
        var hostname = AgentSetup.HostnameOf(options);
        return new SampleSource(
            hostname,
            options.Node ?? FindIdentity(options.Roots, hostname, signals, time, logger),
            BootIdentity.Read(options.Roots),
            (uint)Random.Shared.NextInt64(uint.MaxValue + 1L),
            options.Interval,
            options.Labels.Count == 0 ? null : options.Labels);
    }

    private static string FindIdentity(
        KernelRoots roots, string hostname, ShutdownSignals signals, TimeProvider time, ILogger logger)
    {
        var start = time.GetTimestamp();
        var identity = NodeIdentity.Read(roots, hostname);
        var builder = new SnapshotBuilder();
        using var uptime = new UptimeSampler(roots);
        uptime.Sample(builder);
        var settled = DriversSettleTime - TimeSpan.FromSeconds(builder.UptimeSeconds ?? DriversSettleTime.TotalSeconds);
        while (identity.HardwareAddress is null && time.GetElapsedTime(start) < settled
            && !signals.Wait(DriversCheckPeriod))
        {
            identity = NodeIdentity.Read(roots, hostname);
        }

        if (identity.IsFallback)
        {
            Log.NoIdentity(logger, hostname, identity.Node);
        }

        return identity.Node;
    }
}
