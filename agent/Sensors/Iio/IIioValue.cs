using NodeTelemetry.Protocol.Catalog;

namespace NodeTelemetry.Agent.Sensors.Iio;

/// <summary>One value of an IIO device: that of a channel, or one computed from several channels.</summary>
internal interface IIioValue : IDisposable
{
    /// <summary>Gets the name of the entry.</summary>
    string Name { get; }

    /// <summary>Gets the part number, sent as the entry's <c>chip</c>.</summary>
    string Chip { get; }

    /// <summary>Gets the field.</summary>
    FieldDefinition Field { get; }

    /// <summary>Reads the value. Blocks for as long as a conversion.</summary>
    /// <returns><see langword="false"/> if there is no value.</returns>
    bool TryRead(out double value);
}
