namespace NodeTelemetry.Agent.Sensors.Iio;

/// <summary>How the number of an IIO channel becomes one with a unit.</summary>
internal enum IioScale
{
    /// <summary>With scale and offset; without them it has its unit already.</summary>
    Optional,

    /// <summary>Raw with a scale; without one the unit is undefined.</summary>
    Needed,

    /// <summary>It is counts, which have no unit.</summary>
    Counts,
}
