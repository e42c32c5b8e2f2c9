using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>What the checks look at.</summary>
internal sealed record DoctorContext
{
    /// <summary>Gets where the kernel's file systems are.</summary>
    public required KernelRoots Roots { get; init; }

    /// <summary>Gets what the node is known by.</summary>
    public required NodeIdentity Identity { get; init; }

    /// <summary>Gets whether the identity was given by <c>--node</c>.</summary>
    public bool IsIdentityGiven { get; init; }

    /// <summary>Gets a sample, the second one, so that differences are in it.</summary>
    public required NodeSnapshot Sample { get; init; }

    /// <summary>Gets how each sampler got on with it.</summary>
    public required IReadOnlyList<SamplerState> Samplers { get; init; }

    /// <summary>Gets the configured interfaces; none for every one that can multicast.</summary>
    public required IReadOnlyList<string> Interfaces { get; init; }

    /// <summary>Gets the UDP port of the groups.</summary>
    public required int Port { get; init; }

    /// <summary>Gets whether IPv4 multicast is sent.</summary>
    public required bool IsSendingIPv4 { get; init; }

    /// <summary>Gets whether IPv6 multicast is sent.</summary>
    public required bool IsSendingIPv6 { get; init; }

    /// <summary>Gets how many unicast targets there are.</summary>
    public required int TargetCount { get; init; }

    /// <summary>Gets the wall clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Gets a value indicating whether the node is a Raspberry Pi, whose firmware reads config.txt.</summary>
    public bool IsRaspberryPi =>
        BoardText?.StartsWith("Raspberry Pi", StringComparison.Ordinal) == true;

    /// <summary>Gets the board's model in the device tree.</summary>
    public string? BoardText => KernelText.ReadFile(Roots.ProcFile("device-tree/model"), 128);

    /// <summary>Gets the firmware's folder: <c>/boot/firmware</c> since Debian 12, <c>/boot</c> before.</summary>
    public string FirmwareFolder =>
        File.Exists(Roots.BootFile("firmware/config.txt")) || !File.Exists(Roots.BootFile("config.txt"))
            ? "/boot/firmware"
            : "/boot";

    /// <summary>Gets the lines of a small text file; none if it is absent or cannot be read.</summary>
    public static IReadOnlyList<string> Lines(string path)
    {
        // Files of configuration and tables of the kernel; whatever is beyond is not looked at.
        var buffer = new byte[256 * 1024];
        return KernelFile.ReadOnce(path, buffer, out var length) == FileOutcome.Ok
            ? System.Text.Encoding.UTF8.GetString(buffer, 0, length).Split('\n')
            : [];
    }
}
