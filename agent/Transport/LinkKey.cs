namespace NodeTelemetry.Agent.Transport;

/// <summary>An interface and an address family.</summary>
/// <param name="Name">The interface's name.</param>
/// <param name="Index">Its number; another one after it was removed and made anew.</param>
/// <param name="IsIPv6">Whether IPv6 or IPv4.</param>
internal sealed record LinkKey(string Name, int Index, bool IsIPv6)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({(IsIPv6 ? "IPv6" : "IPv4")})";
}
