using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Cpu;

/// <summary>CPU time since boot by mode, in ticks of USER_HZ: user, nice, system, idle, iowait, irq, softirq, steal,
/// in the order of <c>/proc/stat</c>.</summary>
internal static class CpuTimes
{
    /// <summary>The number of modes. The guest times after them are included in user and nice.</summary>
    public const int ModeCount = 8;

    /// <summary>USER_HZ: 100 on every architecture, regardless of the kernel's own tick.</summary>
    public const double TicksPerSecond = 100;

    /// <summary>user, nice, system and idle: what the oldest kernels had.</summary>
    private const int CountersMin = 4;

    private const int IdleIndex = 3;
    private const int WaitIndex = 4;

    /// <summary>Parses the counters of one <c>cpu</c> line, after its name.</summary>
    /// <remarks>Source: proc_stat(5). Shape: at least 4 and up to 10 counters; missing tail counters are 0. Allocates:
    /// nothing.</remarks>
    /// <param name="words">The line.</param>
    /// <param name="ticks">Where the counters go, <see cref="ModeCount"/> of them.</param>
    /// <returns><see langword="false"/> if there are too few counters or one is not a number.</returns>
    public static bool TryParse(ref AsciiReader words, Span<ulong> ticks)
    {
        ticks.Clear();
        var count = 0;
        while (count < ModeCount && words.TryReadWord(out var word))
        {
            if (!new AsciiReader(word).TryReadInteger(out ticks[count]))
            {
                return false;
            }

            count++;
        }

        return count >= CountersMin;
    }

    /// <summary>Gets the share of each mode in the time since an earlier reading.</summary>
    /// <remarks>iowait occasionally runs backwards (proc_stat(5)), and all counters do when a core comes back:
    /// negative differences count as zero.</remarks>
    /// <returns><see langword="false"/> if no time has passed.</returns>
    public static bool TryGetShares(ReadOnlySpan<ulong> present, ReadOnlySpan<ulong> earlier, Span<double> shares)
    {
        var all = 0.0;
        for (var mode = 0; mode < ModeCount; mode++)
        {
            shares[mode] = Math.Max(0, unchecked((long)(present[mode] - earlier[mode])));
            all += shares[mode];
        }

        for (var mode = 0; mode < ModeCount; mode++)
        {
            shares[mode] /= Math.Max(all, 1);
        }

        return all > 0;
    }

    /// <summary>Gets the share of time since an earlier reading that was neither idle nor iowait.</summary>
    /// <returns><see langword="null"/> if no time has passed.</returns>
    public static double? UsageSince(ReadOnlySpan<ulong> present, ReadOnlySpan<ulong> earlier)
    {
        long busy = 0, idle = 0;
        for (var mode = 0; mode < ModeCount; mode++)
        {
            // Wrapping at 2^64 is harmless: only differences count.
            var passed = unchecked((long)(present[mode] - earlier[mode]));
            busy = unchecked(busy + (mode is IdleIndex or WaitIndex ? 0 : passed));
            idle = unchecked(idle + (mode is IdleIndex or WaitIndex ? passed : 0));
        }

        var all = (double)Math.Max(0, busy) + Math.Max(0, idle);
        return all > 0 ? Math.Max(0, busy) / all : null;
    }
}
