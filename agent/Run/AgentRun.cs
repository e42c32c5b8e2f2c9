using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Doctor;
using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.System;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Run;

/// <summary>The commands that sample.</summary>
internal static partial class AgentRun
{
    /// <summary>Between the two readings of <c>once</c>: twenty ticks of USER_HZ, enough for a share in steps of 5
    /// %.</summary>
    private static readonly TimeSpan OnceDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the commands that a person waits for wait for each slow source.</summary>
    private static readonly TimeSpan SlowWait = TimeSpan.FromSeconds(1);

    /// <summary>Network drivers of small boards load until some 20 s after boot; the identity must not depend on who
    /// was faster.</summary>
    private static readonly TimeSpan DriversSettleTime = TimeSpan.FromSeconds(30);

    /// <summary>How often an early start looks whether a network card has come.</summary>
    private static readonly TimeSpan DriversCheckPeriod = TimeSpan.FromMilliseconds(500);

    /// <summary>Prints one sample.</summary>
    public static int Once(AgentOptions options, ShutdownSignals signals, TimeProvider time, ILogger logger)
    {
        if (TakeSample(options, signals, time, logger) is { } sample)
        {
            StandardStream.WriteOutput(SampleText.Write(sample));
        }

        return 0;
    }

    /// <summary>Takes one sample with all there is; <see langword="null"/> if the end is wanted.</summary>
    public static NodeSnapshot? TakeSample(
        AgentOptions options, ShutdownSignals signals, TimeProvider time, ILogger logger)
    {
        // A person waits for all there is, not for the tick.
        options.SlowWait ??= SlowWait;
        var source = MakeSource(options, signals, time, logger);
        using var loop = SilentLoop(options, source, time, logger);
        _ = loop.TakeSample(isWithAbout: false);
        return signals.Wait(OnceDelay) ? null : loop.TakeSample(isWithAbout: true);
    }

    /// <summary>Takes several samples.</summary>
    /// <returns><see langword="false"/> if the end was wanted before they were all taken.</returns>
    public static bool TakeSamples(
        AgentOptions options,
        ShutdownSignals signals,
        TimeProvider time,
        ILogger logger,
        int count,
        TimeSpan pause,
        Action<NodeSnapshot> take)
    {
        options.SlowWait ??= SlowWait;
        using var loop = SilentLoop(options, MakeSource(options, signals, time, logger), time, logger);
        for (var index = 0; index < count; index++)
        {
            take(loop.TakeSample(isWithAbout: false));
            if (signals.Wait(pause))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Prints what is missing on this node and how to repair it.</summary>
    /// <returns>0 if all is well, 1 for warnings, 2 for errors.</returns>
    public static int Examine(AgentOptions options, ShutdownSignals signals, TimeProvider time)
    {
        options.SlowWait ??= SlowWait;

        // What a sampler complains of is in the page already.
        var logger = NullLogger.Instance;
        var hostname = AgentSetup.HostnameOf(options);
        var identity = NodeIdentity.Read(options.Roots, hostname);
        var source = new SampleSource(hostname, options.Node ?? identity.Node, 0, 0, options.Interval, null);
        using var loop = SilentLoop(options, source, time, logger);
        _ = loop.TakeSample(isWithAbout: false);
        if (signals.Wait(OnceDelay))
        {
            return 0;
        }

        var sample = loop.TakeSample(isWithAbout: true);
        var context = AgentSetup.ContextOf(options, identity, sample, loop, time);
        var page = DoctorReport.Write(context with { Chips = ChipsOf(context) }, out var worst);
        StandardStream.WriteOutput(page);
        return (int)worst;
    }

    /// <summary>Samples and sends until a signal comes, then says goodbye. SIGHUP reads the configuration
    /// again.</summary>
    /// <param name="loaded">The configuration.</param>
    /// <param name="reload">Reads it again.</param>
    /// <param name="signals">What may come from outside.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public static int UntilStopped(
        OptionLoader loaded,
        Func<OptionLoader> reload,
        ShutdownSignals signals,
        TimeProvider time,
        StandardErrorLogger logger)
    {
        WarnOf(loaded, logger);
        var metrics = new AgentMetrics();
        var options = loaded.Options;
        var source = MakeSource(options, signals, time, logger);
        using var notifier = new ServiceNotifier(
            Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
            Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
            logger);
        Log.Started(logger, AgentSetup.Version, source.Hostname, source.Node, source.Interval);
        var memory = new AgentMemory(time);
        var sequence = 0L;
        var isOver = false;
        while (!isOver)
        {
            memory.SetRingBytes(options.RingBytes);
            using var session = new AgentSession(options, source, sequence, metrics, memory, notifier, time, logger);
            isOver = session.Run(signals, () => TryReload(reload, notifier, logger, ref options));
            if (isOver)
            {
                notifier.Stopping();
                session.SayGoodbye(MakeGoodbye(options, time, logger));
            }

            sequence = session.NextSequence;
            source = Reconfigure(source, options);
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

    private static List<FoundChip> ChipsOf(DoctorContext context)
    {
        var found = new List<FoundChip>();
        foreach (var number in context.I2cBuses)
        {
            if (context.HasDevice($"i2c-{number}"))
            {
                using var bus = new LinuxI2cBus(context.Roots, number);
                found.AddRange(ChipSearch.Run(context.Roots, number, bus.Device));
            }
        }

        return found;
    }

    private static SampleLoop SilentLoop(
        AgentOptions options, SampleSource source, TimeProvider time, ILogger logger) =>
        AgentSetup.CreateLoop(
            options,
            source,
            AgentSetup.Architecture,
            static (_, _) => { },
            new DatagramRing(0),
            time,
            new AgentMetrics(),
            logger);

    /// <summary>Reads the configuration again.</summary>
    /// <returns><see langword="false"/> if it is wrong: then the present one stays.</returns>
    private static bool TryReload(
        Func<OptionLoader> reload, ServiceNotifier notifier, StandardErrorLogger logger, ref AgentOptions options)
    {
        notifier.Reloading();
        var loaded = reload();
        if (loaded.Problems.Count > 0)
        {
            foreach (var problem in loaded.Problems)
            {
                Log.ReloadRefused(logger, problem);
            }

            notifier.Ready("Goes on with the old configuration: the new one is wrong, see the log");
            return false;
        }

        WarnOf(loaded, logger);
        if (loaded.Options.Node != options.Node || loaded.Options.Roots != options.Roots)
        {
            Log.NeedsRestart(logger);
        }

        // A run has one identity, and it was read from these folders.
        loaded.Options.Node = options.Node;
        loaded.Options.Roots = options.Roots;
        options = loaded.Options;
        logger.LevelMin = options.LogLevel;
        Log.Reloaded(logger, options.Interval, options.Targets.Count, options.Labels.Count);
        return true;
    }

    private static SampleSource Reconfigure(SampleSource source, AgentOptions options) => source with
    {
        Hostname = AgentSetup.HostnameOf(options),
        Interval = options.Interval,
        Labels = options.Labels.Count == 0 ? null : options.Labels,
        Key = AgentSetup.KeyOf(options),
    };

    private static ByeReading MakeGoodbye(AgentOptions options, TimeProvider time, ILogger logger)
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

    private static void WarnOf(OptionLoader loaded, ILogger logger)
    {
        foreach (var warning in loaded.Warnings)
        {
            Log.Suspicious(logger, warning);
        }
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
            options.Labels.Count == 0 ? null : options.Labels)
        {
            Key = AgentSetup.KeyOf(options),
        };
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
