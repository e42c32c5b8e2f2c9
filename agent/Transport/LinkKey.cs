namespace NodeTelemetry.Agent.Transport;

/// <summary>An interface and an address family.</summary>
/// <param name="Name">The name of the interface.</param>
/// <param name="Index">The index of the interface, which changes when it is recreated.</param>
/// <param name="IsIPv6">Whether the family is IPv6.</param>
internal sealed record LinkKey(string Name, int Index, bool IsIPv6)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({(IsIPv6 ? "IPv6" : "IPv4")})";
}
