namespace NodeTelemetry.Protocol.Readings;

/// <summary>What changes rarely about a node, wire key <c>about</c>.</summary>
public sealed record AboutReading
{
    /// <summary>Gets the board's model as the device tree or DMI names it.</summary>
    public string? Board { get; init; }

    /// <summary>Gets the architecture of the running agent: <c>x64</c>, <c>arm64</c>, <c>arm</c>.</summary>
    public string? Architecture { get; init; }

    /// <summary>Gets <c>PRETTY_NAME</c> of os-release(5).</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>Gets the kernel's release.</summary>
    public string? Kernel { get; init; }

    /// <summary>Gets the agent's version.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>Gets the number of cores that are online.</summary>
    public int? CoreCount { get; init; }

    /// <summary>Gets the node's addresses that are neither loopback nor link-local.</summary>
    public IReadOnlyList<string>? Addresses { get; init; }

    /// <summary>Gets the product name in the HAT's EEPROM.</summary>
    public string? Hat { get; init; }

    /// <summary>Gets the board's revision: <c>c03115</c> on a Raspberry Pi, the product version elsewhere.</summary>
    public string? Revision { get; init; }

    /// <summary>Gets the first 8 hexadecimal digits of the SHA-256 of the board's serial:
    /// they distinguish boards without disclosing the serial.</summary>
    public string? SerialHash { get; init; }

    /// <summary>Gets the container runtime: <c>docker</c>, <c>containerd</c>, <c>podman</c>, <c>k3s</c>.</summary>
    public string? Runtime { get; init; }

    /// <summary>Gets the node's role in its cluster, derived from files: <c>k3s server</c>, <c>swarm manager</c>.
    /// </summary>
    public string? Role { get; init; }

    /// <summary>Gets the node's display, such as <c>enviro</c> or <c>sense-hat</c>:
    /// collectors send the alert level to such nodes.</summary>
    public string? Display { get; init; }
}
