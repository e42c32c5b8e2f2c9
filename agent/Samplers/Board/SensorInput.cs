using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>One sysfs attribute with one measured number, and the flags that make it meaningless.</summary>
/// <param name="path">The path of the attribute.</param>
/// <param name="factor">The factor from the kernel's unit to that of the field.</param>
/// <param name="range">The range of possible values; anything else is the driver's way to write "unknown".</param>
/// <param name="faultPath">The path of the attribute that is 1 while the sensor is faulty, if there is one.</param>
/// <param name="switchPaths">The paths of the attributes that are 0 if the channel is switched off.</param>
internal sealed class SensorInput(
    string path, double factor, SensorRange range, string? faultPath = null, params string[] switchPaths) : IDisposable
{
    private readonly KernelFile _file = new(path);
    private readonly KernelFile? _fault = faultPath is null ? null : new KernelFile(faultPath);
    private readonly byte[] _buffer = new byte[32];
    private FileOutcome _outcome = FileOutcome.Absent;
    private double _answer;
    private bool _isOff;

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
        if (_isOff || (_fault is not null && ReadFlag(_fault) == 1))
        {
            _outcome = FileOutcome.Absent;
            return;
        }

        _outcome = _file.Read(_buffer, out var length);
        if (_outcome == FileOutcome.Ok && !TryParse(_buffer.AsSpan(0, length), factor, out _answer))
        {
            _outcome = FileOutcome.Failed;
        }
        else if (_outcome == FileOutcome.Ok && !range.Contains(_answer))
        {
            _outcome = FileOutcome.Absent;
        }
    }

    /// <summary>Reads whether the channel is switched off, which only an administrator changes.</summary>
    public void ReadSwitches()
    {
        _isOff = false;
        foreach (var switchPath in switchPaths)
        {
            using var file = new KernelFile(switchPath);
            _isOff |= ReadFlag(file) == 0;
        }
    }

    /// <summary>Publishes the result of <see cref="Read"/>. Must not run concurrently with it.</summary>
    public void Take()
    {
        Value = _outcome == FileOutcome.Ok ? _answer : null;
        HasFailed = _outcome == FileOutcome.Failed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _fault?.Dispose();
    }

    private long? ReadFlag(KernelFile file) =>
        file.Read(_buffer, out var length) == FileOutcome.Ok
        && new AsciiReader(_buffer.AsSpan(0, length)).TryReadSigned(out var number)
            ? number
            : null;
}
