using System.Net;

namespace NodeTelemetry.Agent.Transport;

/// <summary>The destinations of datagrams.</summary>
internal sealed record SenderSettings
{
    /// <summary>Gets the IPv4 group, or <see langword="null"/> for none.</summary>
    public IPAddress? Group4 { get; init; }

    /// <summary>Gets the IPv6 group, or <see langword="null"/> for none.</summary>
    public IPAddress? Group6 { get; init; }

    /// <summary>Gets the port of both groups.</summary>
    public int Port { get; init; }

    /// <summary>Gets a value indicating whether each interface sends to both groups;
    /// otherwise to the IPv4 group where it has an IPv4 address, and else to the IPv6 group.</summary>
    public bool IsSendingBoth { get; init; }

    /// <summary>Gets the interfaces to send on; empty for those backed by hardware.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <summary>Gets the time between two samples.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets the unicast targets.</summary>
    public IReadOnlyList<TargetName> Targets { get; init; } = [];

    /// <summary>Gets a value indicating whether to send to raspi-cluster's group too.</summary>
    public bool IsLegacy { get; init; }
}
