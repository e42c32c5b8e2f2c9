using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>The kernel's boot id, which changes at every boot and only then. Source: random(4).</summary>
internal static class BootIdentity
{
    /// <summary>Reads the first 32 bits of <c>/proc/sys/kernel/random/boot_id</c>.</summary>
    /// <returns>0 if the kernel has none; a reboot is then visible by uptime and run only.</returns>
    public static uint Read(KernelRoots roots)
    {
        Span<byte> text = stackalloc byte[64];
        return KernelFile.ReadOnce(roots.ProcFile("sys/kernel/random/boot_id"), text, out var length) == FileOutcome.Ok
            && TryParse(text[..length], out var boot) ? boot : 0;
    }

    /// <summary>Parses the digits before the first hyphen.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out uint boot)
    {
        var isHexadecimal =
            HexDigits.TryRead(text[..Math.Min(text.Length, WireLimits.RunDigits)], WireLimits.RunDigits, out var wide);
        boot = (uint)wide;
        return isHexadecimal;
    }
}
