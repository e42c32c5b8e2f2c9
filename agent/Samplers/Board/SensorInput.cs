using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>One sysfs attribute with one measured number.</summary>
/// <param name="path">The path of the attribute.</param>
/// <param name="factor">The factor from the kernel's unit to that of the field.</param>
internal sealed class SensorInput(string path, double factor) : IDisposable
{
    private readonly KernelFile _file = new(path);
    private readonly byte[] _buffer = new byte[32];
    private FileOutcome _outcome = FileOutcome.Absent;
    private double _answer;

    /// <summary>Gets the value in the field's unit; <see langword="null"/> if there is none.</summary>
    public double? Value { get; private set; }

    /// <summary>Gets a value indicating whether the attribute could not be read or parsed.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Parses the attribute.</summary>
    /// <remarks>Source: Documentation/hwmon/sysfs-interface.rst. Shape: a whole number of thousandths or millionths.
    /// Allocates: nothing.</remarks>
    public static bool TryParse(ReadOnlySpan<byte> text, double factor, out double value)
    {
        var isNumber = new AsciiReader(text).TryReadSigned(out var number);
        value = isNumber ? number * factor : 0;
        return isNumber;
    }

    /// <summary>Reads the attribute.</summary>
    public void Read()
    {
        _outcome = _file.Read(_buffer, out var length);
        if (_outcome == FileOutcome.Ok && !TryParse(_buffer.AsSpan(0, length), factor, out _answer))
        {
            _outcome = FileOutcome.Failed;
        }
    }

    /// <summary>Publishes the result of <see cref="Read"/>. Must not run concurrently with it.</summary>
    public void Take()
    {
        Value = _outcome == FileOutcome.Ok ? _answer : null;
        HasFailed = _outcome == FileOutcome.Failed;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
