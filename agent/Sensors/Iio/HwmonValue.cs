using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Protocol.Catalog;

namespace NodeTelemetry.Agent.Sensors.Iio;

/// <summary>One value of a sensor chip whose driver is one of hwmon instead of IIO.</summary>
/// <param name="name">The name of the entry.</param>
/// <param name="chip">The part number.</param>
/// <param name="target">The field.</param>
/// <param name="input">The attribute.</param>
internal sealed class HwmonValue(string name, string chip, FieldDefinition target, SensorInput input) : IIioValue
{
    private bool _hasSwitches;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Chip => chip;

    /// <inheritdoc/>
    public FieldDefinition Field => target;

    /// <inheritdoc/>
    public bool TryRead(out double value)
    {
        if (!_hasSwitches)
        {
            _hasSwitches = true;
            input.ReadSwitches();
        }

        input.Read();
        input.Take();
        value = input.Value ?? 0;
        return input.Value is not null;
    }

    /// <inheritdoc/>
    public void Dispose() => input.Dispose();
}
