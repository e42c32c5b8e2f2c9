using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Samplers.System;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Agent.Transport;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Run;

/// <summary>Creates the parts of the agent from its options.</summary>
internal static class AgentSetup
{
    /// <summary>Gets this program's version.</summary>
    public static string Version { get; } =
        typeof(AgentSetup).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "0.0.0";

    /// <summary>Gets the architecture of this process as the protocol writes it: <c>x64</c>, <c>arm64</c>,
    /// <c>arm</c>.</summary>
    public static string Architecture { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "x64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.Arm => "arm",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>Gets the node's name: the configured one, or that of <see cref="NodeHostname"/>.</summary>
    public static string GetHostname(AgentOptions options) => options.Hostname ?? NodeHostname.Read(options.Roots);

    /// <summary>Creates the loop with all its samplers.</summary>
    public static SampleLoop CreateLoop(
        AgentOptions options,
        SampleSource source,
        string architecture,
        SendDatagram send,
        DatagramRing ring,
        TimeProvider time,
        AgentMetrics metrics,
        ILogger logger,
        long sequence = 0,
        IKernelCalls? calls = null,
        Func<string?>? display = null)
    {
        return new SampleLoop(
            source,
            new SamplerRunner(
                AgentSamplers.Create(options, calls ?? new LinuxKernelCalls(), time, metrics, logger),
                time,
                metrics,
                logger),
            new AboutSampler(options.Roots, architecture, Version, display),
            send,
            ring,
            time,
            metrics,
            logger,
            sequence);
    }

    /// <summary>Creates the source of replies to requests.</summary>
    public static ReplySource CreateReplySource(SampleSource source, SampleLoop loop)
    {
        _ = HexDigits.TryRead(Encoding.ASCII.GetBytes(source.Node), WireLimits.NodeDigits, out var node);
        return new ReplySource(node, source.Run, () => loop.NextSequence - 1, loop.NewestDatagram, loop.KeptDatagram);
    }

    /// <summary>Gets the sender's settings.</summary>
    public static SenderSettings GetSenderSettings(AgentOptions options) => new()
    {
        Group4 = options.Group4,
        Group6 = options.Group6,
        IsSendingBoth = options.IsSendingBoth,
        Port = options.Port,
        Interfaces = options.Interfaces,
        Interval = options.Interval,
        Targets = options.Targets,
        IsLegacy = options.IsLegacy,
    };
}
