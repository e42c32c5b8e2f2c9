using System.Buffers.Text;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Cpu;

/// <summary>One reading of <c>/proc/stat</c>. Reused.</summary>
/// <param name="coreCountMax">The maximum number of cores; higher core numbers are skipped.</param>
internal sealed class CpuStat(int coreCountMax)
{
    private readonly ulong[] _total = new ulong[CpuTimes.ModeCount];
    private ulong[] _cores = [];
    private bool[] _isOnline = [];

    /// <summary>Gets the sum over all cores, by mode.</summary>
    public ReadOnlySpan<ulong> Total => _total;

    /// <summary>Gets one more than the highest number of a core that is online.</summary>
    public int CoreCount { get; private set; }

    /// <summary>Gets the context switches since boot.</summary>
    public ulong? ContextSwitches { get; private set; }

    /// <summary>Gets the interrupts since boot.</summary>
    public ulong? Interrupts { get; private set; }

    /// <summary>Gets the processes and threads started since boot.</summary>
    public ulong? Forks { get; private set; }

    /// <summary>Gets the runnable tasks.</summary>
    public ulong? Running { get; private set; }

    /// <summary>Gets the tasks blocked on I/O.</summary>
    public ulong? Blocked { get; private set; }

    /// <summary>Gets the times of one core by mode; empty if it is not online.</summary>
    public ReadOnlySpan<ulong> Core(int number) =>
        number < CoreCount && _isOnline[number]
            ? _cores.AsSpan(number * CpuTimes.ModeCount, CpuTimes.ModeCount)
            : default;

    /// <summary>Parses the aggregate <c>cpu</c> line, the lines of the cores and the counters after them.</summary>
    /// <remarks>
    /// Source: proc_stat(5). Cores that are offline have no line. Units: USER_HZ ticks.
    /// Allocates: nothing once it has grown to the number of cores.
    /// </remarks>
    /// <returns><see langword="false"/> if the aggregate line is absent or a counter in it is not a number.</returns>
    public bool TryParse(ReadOnlySpan<byte> text)
    {
        Clear();
        var lines = new AsciiReader(text);
        if (!lines.TryReadLine(out var line))
        {
            return false;
        }

        var words = new AsciiReader(line);
        if (!words.TryReadWord(out var name) || !name.SequenceEqual("cpu"u8) || !CpuTimes.TryParse(ref words, _total))
        {
            return false;
        }

        while (lines.TryReadLine(out line))
        {
            words = new AsciiReader(line);
            if (!words.TryReadWord(out name))
            {
                continue;
            }

            if (!name.StartsWith("cpu"u8))
            {
                ReadCounter(name, ref words);
            }
            else if (TryReadNumber(name, out var number) && number < coreCountMax)
            {
                Grow(number + 1);
                _isOnline[number] =
                    CpuTimes.TryParse(ref words, _cores.AsSpan(number * CpuTimes.ModeCount, CpuTimes.ModeCount));
                CoreCount = Math.Max(CoreCount, number + 1);
            }
        }

        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> name, out int number) =>
        Utf8Parser.TryParse(name["cpu".Length..], out number, out var used)
        && used == name.Length - "cpu".Length
        && number >= 0;

    private void Clear()
    {
        _isOnline.AsSpan(0, CoreCount).Clear();
        CoreCount = 0;
        ContextSwitches = Interrupts = Forks = Running = Blocked = null;
    }

    private void Grow(int count)
    {
        if (count > _isOnline.Length)
        {
            count = Math.Max(count, Math.Min(coreCountMax, 2 * _isOnline.Length));
            Array.Resize(ref _isOnline, count);
            Array.Resize(ref _cores, count * CpuTimes.ModeCount);
        }
    }

    private void ReadCounter(ReadOnlySpan<byte> name, ref AsciiReader words)
    {
        if (!words.TryReadInteger(out var value))
        {
            return;
        }

        if (name.SequenceEqual("intr"u8))
        {
            // The sum; the count of each interrupt line follows.
            Interrupts = value;
        }
        else if (name.SequenceEqual("ctxt"u8))
        {
            ContextSwitches = value;
        }
        else if (name.SequenceEqual("processes"u8))
        {
            Forks = value;
        }
        else if (name.SequenceEqual("procs_running"u8))
        {
            Running = value;
        }
        else if (name.SequenceEqual("procs_blocked"u8))
        {
            Blocked = value;
        }
    }
}
