using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.System;
using NodeTelemetry.Agent.Sampling;

namespace NodeTelemetry.Agent.Run;

/// <summary>Creates the identity under which a run sends its samples.</summary>
internal static partial class SampleSources
{
    /// <summary>Network drivers of small boards load until some 20 s after boot;
    /// the identity must not depend on which came first.</summary>
    private static readonly TimeSpan DriversSettleTime = TimeSpan.FromSeconds(30);

    /// <summary>How often an early start checks for a network card.</summary>
    private static readonly TimeSpan DriversCheckPeriod = TimeSpan.FromMilliseconds(500);

    /// <summary>Creates the source of a new run.</summary>
    /// <param name="options">The options.</param>
    /// <param name="signals">The signals, which end the wait for network drivers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="isStoring">Whether to keep the identity in the state directory.</param>
    [SuppressMessage(
        "Security",
        "CA5394",
        Justification = "The run number only distinguishes starts; OpenSSL's generator costs 4 MB.")]
    public static SampleSource Create(
        AgentOptions options, ShutdownSignals signals, TimeProvider time, ILogger logger, bool isStoring = false)
    {
        var hostname = AgentSetup.GetHostname(options);
        var source = new SampleSource(
            hostname,
            options.Node ?? FindIdentity(options, hostname, isStoring, signals, time, logger),
            BootIdentity.Read(options.Roots),
            (uint)Random.Shared.NextInt64(uint.MaxValue + 1L),
            options.Interval,
            null);
        return Apply(source, hostname, options);
    }

    /// <summary>Applies other options to the source of a run.</summary>
    public static SampleSource Reconfigure(SampleSource source, AgentOptions options) =>
        Apply(source, AgentSetup.GetHostname(options), options);

    private static SampleSource Apply(SampleSource source, string hostname, AgentOptions options) => source with
    {
        Hostname = hostname,
        Interval = options.Interval,
        IsReducing = options.IsReducing,
        Labels = options.Labels.Count == 0 ? null : options.Labels,
        Key = options.Keys.Count == 0 ? null : options.Keys[0],
    };

    private static string FindIdentity(
        AgentOptions options,
        string hostname,
        bool isStoring,
        ShutdownSignals signals,
        TimeProvider time,
        ILogger logger)
    {
        var roots = options.Roots;
        var directory = options.Corrections.StateDirectory;
        var start = time.GetTimestamp();
        var identity = NodeIdentity.Read(roots, hostname);
        var kept = IdentityFile.Find(directory, identity, out var problem);
        var builder = new SnapshotBuilder();
        using var uptime = new UptimeSampler(roots);
        uptime.Sample(builder);
        var settled = DriversSettleTime - TimeSpan.FromSeconds(builder.UptimeSeconds ?? DriversSettleTime.TotalSeconds);
        while (kept is null && (identity.HardwareAddress is null || identity.IsAddressRemovable)
            && time.GetElapsedTime(start) < settled && !signals.Wait(DriversCheckPeriod))
        {
            identity = NodeIdentity.Read(roots, hostname);
            kept = IdentityFile.Find(directory, identity, out problem);
        }

        if (kept is null && identity.IsFallback)
        {
            Log.NoIdentity(logger, hostname, identity.Node);
        }

        var node = kept ?? identity.Node;
        if (node != identity.Node)
        {
            Log.KeptIdentity(logger, node, identity.Node);
        }

        if (isStoring && directory is not null)
        {
            problem = IdentityFile.Store(directory, node, identity) ?? problem;
        }

        if (problem is not null)
        {
            Log.CannotKeepIdentity(logger, Path.Join(directory, IdentityFile.Name), problem);
        }

        return node;
    }
}
