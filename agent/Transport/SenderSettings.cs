using System.Net;

namespace NodeTelemetry.Agent.Transport;

/// <summary>Where datagrams go.</summary>
internal sealed record SenderSettings
{
    /// <summary>Gets the IPv4 group, or <see langword="null"/> for none.</summary>
    public IPAddress? Group4 { get; init; }

    /// <summary>Gets the IPv6 group, or <see langword="null"/> for none.</summary>
    public IPAddress? Group6 { get; init; }

    /// <summary>Gets the port of both groups.</summary>
    public int Port { get; init; }

    /// <summary>Gets the interfaces to send on; empty for every one that can multicast.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <summary>Gets the time between two samples.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets the unicast targets.</summary>
    public IReadOnlyList<TargetName> Targets { get; init; } = [];

    /// <summary>Gets a value indicating whether raspi-cluster's group gets the datagrams too.</summary>
    public bool IsLegacy { get; init; }
}
