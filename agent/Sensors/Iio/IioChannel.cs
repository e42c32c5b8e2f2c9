using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Sensors.Iio;

/// <summary>One channel of an IIO device, with its files kept open.</summary>
/// <param name="name">The name of the entry.</param>
/// <param name="chip">The part number.</param>
/// <param name="kind">The kind of channel.</param>
/// <param name="number">The path of the value.</param>
/// <param name="scale">The path of its scale, if any.</param>
/// <param name="offset">The path of its offset, if any.</param>
internal sealed class IioChannel(
    string name, string chip, IioChannelKind kind, string number, string? scale, string? offset) : IIioValue
{
    /// <summary>Humidity sensors slightly exceed their range in fog.</summary>
    private const double RatioOver = 0.05;

    /// <summary>The kernel's nine decimals of ST's 1/40 960 kPa per count, which would lose one pascal.</summary>
    private const double RoundedStPressureScale = 0.000024414;
    private const double StPressureScale = 1 / 40960.0;

    private readonly KernelNumber _number = new(number);
    private readonly KernelNumber? _scale = scale is null ? null : new(scale);
    private readonly KernelNumber? _offset = offset is null ? null : new(offset);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Chip => chip;

    /// <inheritdoc/>
    public FieldDefinition Field => kind.Field;

    /// <inheritdoc/>
    public bool TryRead(out double value)
    {
        value = 0;
        var scale = 1.0;
        var offset = 0.0;
        if (!_number.TryRead(out var number)
            || (_scale is not null && !_scale.TryRead(out scale))
            || (_offset is not null && !_offset.TryRead(out offset)))
        {
            return false;
        }

        scale = scale == RoundedStPressureScale ? StPressureScale : scale;
        var converted = (number + offset) * scale * kind.Factor;
        if (kind.Convert is { } convert)
        {
            if (convert(converted) is not { } result)
            {
                return false;
            }

            converted = result;
        }

        value = Field == SensorsSection.HumidityRatio && converted is >= -RatioOver and <= 1 + RatioOver
            ? Math.Clamp(converted, 0, 1)
            : converted;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _number.Dispose();
        _scale?.Dispose();
        _offset?.Dispose();
    }
}
