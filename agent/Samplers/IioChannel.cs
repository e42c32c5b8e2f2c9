using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers;

/// <summary>One channel of an IIO device: its files, kept open.</summary>
internal sealed class IioChannel : IDisposable
{
    /// <summary>Humidity sensors go a little over their range in fog.</summary>
    private const double RatioOver = 0.05;

    private readonly KernelFile _number;
    private readonly KernelFile? _scale;
    private readonly KernelFile? _offset;
    private readonly double _factor;
    private readonly byte[] _buffer = new byte[64];

    /// <summary>Initializes a new instance of the <see cref="IioChannel"/> class.</summary>
    /// <param name="name">The name that the values are sent under.</param>
    /// <param name="kind">What it measures.</param>
    /// <param name="number">The file of the number.</param>
    /// <param name="scale">The file of its scale, if any.</param>
    /// <param name="offset">The file of its offset, if any.</param>
    public IioChannel(string name, IioChannelKind kind, string number, string? scale, string? offset)
    {
        Name = name;
        Field = kind.Field;
        _factor = kind.Factor;
        _number = new KernelFile(number);
        _scale = scale is null ? null : new KernelFile(scale);
        _offset = offset is null ? null : new KernelFile(offset);
    }

    /// <summary>Gets the name that the value is sent under.</summary>
    public string Name { get; }

    /// <summary>Gets what it is sent as.</summary>
    public FieldDefinition Field { get; }

    /// <summary>Parses a number.</summary>
    /// <remarks>Source: Documentation/ABI/testing/sysfs-bus-iio. Shape: <c>23720</c> or <c>23720.000000000</c>, by the
    /// age of the kernel. Allocates: nothing.</remarks>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        new AsciiReader(text).TryReadNumber(out value);

    /// <summary>Reads it; may take as long as a measurement.</summary>
    /// <returns>Whether there is a value.</returns>
    public bool TryRead(out double value)
    {
        value = 0;
        var scale = 1.0;
        var offset = 0.0;
        if (!TryRead(_number, out var number)
            || (_scale is not null && !TryRead(_scale, out scale))
            || (_offset is not null && !TryRead(_offset, out offset)))
        {
            return false;
        }

        value = (number + offset) * scale * _factor;
        if (Field == SensorsSection.HumidityRatio && value is >= -RatioOver and <= 1 + RatioOver)
        {
            value = Math.Clamp(value, 0, 1);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _number.Dispose();
        _scale?.Dispose();
        _offset?.Dispose();
    }

    private bool TryRead(KernelFile file, out double value)
    {
        value = 0;
        return file.Read(_buffer, out var length) == FileOutcome.Ok && TryParse(_buffer.AsSpan(0, length), out value);
    }
}
