using System.Buffers.Text;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Hosting;

/// <summary>The shutdown that <c>shutdown +5</c> has planned, as logind keeps it.</summary>
/// <remarks>Source: systemd-logind; the file <c>/run/systemd/shutdown/scheduled</c> has lines such
/// as <c>USEC=1763733600000000</c> (when, in µs since 1970) and <c>MODE=reboot</c>.</remarks>
internal static class ScheduledShutdown
{
    /// <summary>The agent is stopped within seconds of the planned time; a plan of an hour ago is another's.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);

    /// <summary>1980 years: what is beyond the calendar is not now.</summary>
    private const long MicrosecondsMax = 1980L * 365 * 24 * 3600 * 1_000_000;

    /// <summary>Reads what is being carried out now.</summary>
    /// <returns><see langword="null"/> if nothing is planned, or not for now.</returns>
    public static StopReason? Read(KernelRoots roots, DateTimeOffset now)
    {
        Span<byte> text = stackalloc byte[256];
        return KernelFile.ReadOnce(roots.RunFile("systemd/shutdown/scheduled"), text, out var length) == FileOutcome.Ok
            ? Parse(text[..length], now)
            : null;
    }

    /// <summary>Parses the file.</summary>
    internal static StopReason? Parse(ReadOnlySpan<byte> text, DateTimeOffset now)
    {
        StopReason? reason = null;
        var isNow = false;
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            if (line.StartsWith("USEC="u8) && Utf8Parser.TryParse(line[5..], out long microseconds, out _))
            {
                var planned = DateTimeOffset.UnixEpoch.AddMicroseconds(Math.Clamp(microseconds, 0, MicrosecondsMax));
                isNow = (now - planned).Duration() <= Tolerance;
            }
            else if (line.StartsWith("MODE="u8))
            {
                var mode = line[5..];
                reason = mode.StartsWith("dry-"u8) ? null
                    : mode.SequenceEqual("reboot"u8) || mode.SequenceEqual("kexec"u8)
                        || mode.SequenceEqual("soft-reboot"u8) ? StopReason.Reboot
                    : mode.SequenceEqual("poweroff"u8) || mode.SequenceEqual("halt"u8) ? StopReason.Poweroff
                    : null;
            }
        }

        return isNow ? reason : null;
    }
}
