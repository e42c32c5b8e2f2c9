using NodeTelemetry.Protocol.Catalog;

namespace NodeTelemetry.Agent.Sensors.Iio;

/// <summary>One value of an IIO device: that of a channel, or what several channels make together.</summary>
internal interface IIioValue : IDisposable
{
    /// <summary>Gets the name of the entry that it is sent in.</summary>
    string Name { get; }

    /// <summary>Gets the part number that it is sent with.</summary>
    string Chip { get; }

    /// <summary>Gets what it is sent as.</summary>
    FieldDefinition Field { get; }

    /// <summary>Reads it; may take as long as a measurement.</summary>
    /// <returns>Whether there is a value.</returns>
    bool TryRead(out double value);
}
