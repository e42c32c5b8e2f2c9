using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers;

/// <summary>Time that a processor has spent since boot, in ticks of USER_HZ.</summary>
/// <param name="Busy">Not idle, and not waiting for a disk.</param>
/// <param name="Idle">Idle or waiting for a disk.</param>
internal readonly record struct CpuTimes(ulong Busy, ulong Idle)
{
    /// <summary>user, nice, system and idle: what the oldest kernels had.</summary>
    private const int CountersMin = 4;

    /// <summary>And iowait, irq, softirq, steal. Guest times after them are already within user and nice.</summary>
    private const int CountersUsed = 8;

    private const int IdleIndex = 3;
    private const int WaitIndex = 4;

    /// <summary>Parses the counters of one <c>cpu</c> line, after its name.</summary>
    /// <remarks>Source: proc_stat(5). Shape: at least 4 and up to 10 counters; missing tail counters are 0. Allocates:
    /// nothing.</remarks>
    /// <returns><see langword="false"/> if there are too few counters or one is not a number.</returns>
    public static bool TryParse(ref AsciiReader words, out CpuTimes times)
    {
        ulong busy = 0, idle = 0;
        times = default;
        var count = 0;
        while (count < CountersUsed && words.TryReadWord(out var word))
        {
            if (!new AsciiReader(word).TryReadInteger(out var ticks))
            {
                return false;
            }

            // Wrapping at 2^64 is harmless: only differences count.
            if (count is IdleIndex or WaitIndex)
            {
                idle = unchecked(idle + ticks);
            }
            else
            {
                busy = unchecked(busy + ticks);
            }

            count++;
        }

        times = new CpuTimes(busy, idle);
        return count >= CountersMin;
    }

    /// <summary>Gets the share of time that was not idle since <paramref name="earlier"/>.</summary>
    /// <remarks>iowait runs backwards at times (proc_stat(5)), and all do when a core comes back: what went back counts
    /// as nothing.</remarks>
    /// <returns><see langword="null"/> if no time has passed.</returns>
    public double? UsageSince(CpuTimes earlier)
    {
        var busy = Math.Max(0, unchecked((long)(Busy - earlier.Busy)));
        var idle = Math.Max(0, unchecked((long)(Idle - earlier.Idle)));
        var all = (double)busy + idle;
        return all > 0 ? busy / all : null;
    }
}
