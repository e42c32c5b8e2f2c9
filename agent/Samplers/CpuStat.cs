using System.Buffers.Text;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers;

/// <summary>The <c>cpu</c> lines of one reading of <c>/proc/stat</c>. Reused.</summary>
internal sealed class CpuStat(int coreCountMax)
{
    private readonly CpuTimes[] _cores = new CpuTimes[coreCountMax];
    private readonly bool[] _isOnline = new bool[coreCountMax];

    /// <summary>Gets the sum over all cores.</summary>
    public CpuTimes Total { get; private set; }

    /// <summary>Gets one more than the highest number of a core that is online.</summary>
    public int CoreCount { get; private set; }

    /// <summary>Gets the times of one core, or <see langword="null"/> if it is not online.</summary>
    public CpuTimes? Core(int number) => number < CoreCount && _isOnline[number] ? _cores[number] : null;

    /// <summary>Parses the aggregate <c>cpu</c> line and the lines of the cores after it.</summary>
    /// <remarks>
    /// Source: proc_stat(5). Cores that are offline have no line. A line cut short by the end of the buffer is left
    /// out. Units: USER_HZ ticks. Allocates: nothing.
    /// </remarks>
    /// <returns><see langword="false"/> if the aggregate line is absent or a counter in it is not a number.</returns>
    public bool TryParse(ReadOnlySpan<byte> text)
    {
        _isOnline.AsSpan(0, CoreCount).Clear();
        CoreCount = 0;
        var lines = new AsciiReader(text);
        if (!lines.TryReadLine(out var line))
        {
            return false;
        }

        var words = new AsciiReader(line);
        if (!words.TryReadWord(out var name) || !name.SequenceEqual("cpu"u8)
            || !CpuTimes.TryParse(ref words, out var total))
        {
            return false;
        }

        Total = total;
        while (lines.TryReadLine(out line) && line.StartsWith("cpu"u8))
        {
            words = new AsciiReader(line);
            words.TryReadWord(out name);
            if (TryReadNumber(name, out var number) && number < _cores.Length
                && CpuTimes.TryParse(ref words, out var times))
            {
                _cores[number] = times;
                _isOnline[number] = true;
                CoreCount = Math.Max(CoreCount, number + 1);
            }
        }

        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> name, out int number) =>
        Utf8Parser.TryParse(name["cpu".Length..], out number, out var used)
        && used == name.Length - "cpu".Length
        && number >= 0;
}
