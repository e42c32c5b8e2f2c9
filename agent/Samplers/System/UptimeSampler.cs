using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.System;

/// <summary>Time since the kernel booted, from <c>/proc/uptime</c>.</summary>
internal sealed class UptimeSampler(KernelRoots roots) : ISampler, IDisposable
{
    /// <summary>Two numbers of at most 20 digits.</summary>
    private readonly byte[] _buffer = new byte[64];
    private readonly KernelFile _file = new(roots.ProcFile("uptime"));

    /// <inheritdoc/>
    public string Name => "uptime";

    /// <summary>Parses the first number.</summary>
    /// <remarks>Source: proc_uptime(5). Shape: <c>350735.47 234388.90</c>, seconds. Allocates: nothing.</remarks>
    /// <returns><see langword="false"/> if it is missing, is not a number or is out of range.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        var words = new AsciiReader(text);
        if (!words.TryReadNumber(out var uptime) || uptime is not (>= 0 and <= ReadingRanges.UptimeSecondsMax))
        {
            return false;
        }

        seconds = (long)uptime;
        return true;
    }

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var outcome = _file.Read(_buffer, out var length);
        if (outcome != FileOutcome.Ok)
        {
            return SampleOutcomes.FromFile(outcome);
        }

        if (!TryParse(_buffer.AsSpan(0, length), out var seconds))
        {
            return SampleOutcome.Failed;
        }

        into.UptimeSeconds = seconds;
        return SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
