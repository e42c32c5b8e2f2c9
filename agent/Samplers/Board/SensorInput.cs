using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>One file of /sys that holds one measured number.</summary>
/// <param name="path">Where it is.</param>
/// <param name="factor">What the kernel's number is multiplied by for the unit that is sent.</param>
internal sealed class SensorInput(string path, double factor) : IDisposable
{
    private readonly KernelFile _file = new(path);
    private readonly byte[] _buffer = new byte[32];
    private FileOutcome _outcome = FileOutcome.Absent;
    private double _answer;

    /// <summary>Gets the number in the unit that is sent; <see langword="null"/> if there is none at the
    /// moment.</summary>
    public double? Value { get; private set; }

    /// <summary>Gets a value indicating whether it could not be read, or holds no number.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Parses a number.</summary>
    /// <remarks>Source: Documentation/hwmon/sysfs-interface.rst. Shape: a whole number of thousandths or millionths.
    /// Allocates: nothing.</remarks>
    public static bool TryParse(ReadOnlySpan<byte> text, double factor, out double value)
    {
        var isNumber = new AsciiReader(text).TryReadSigned(out var number);
        value = isNumber ? number * factor : 0;
        return isNumber;
    }

    /// <summary>Reads the file.</summary>
    public void Read()
    {
        _outcome = _file.Read(_buffer, out var length);
        if (_outcome == FileOutcome.Ok && !TryParse(_buffer.AsSpan(0, length), factor, out _answer))
        {
            _outcome = FileOutcome.Failed;
        }
    }

    /// <summary>Takes what was read, which must not be done while it is being read.</summary>
    public void Take()
    {
        Value = _outcome == FileOutcome.Ok ? _answer : null;
        HasFailed = _outcome == FileOutcome.Failed;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
