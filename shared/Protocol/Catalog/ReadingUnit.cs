namespace NodeTelemetry.Protocol.Catalog;

/// <summary>The base unit of a reading.</summary>
public enum ReadingUnit
{
    /// <summary>A bare number, such as a load average.</summary>
    None,

    /// <summary>A share, 0 to 1.</summary>
    Ratio,

    /// <summary>Degrees Celsius.</summary>
    Celsius,

    /// <summary>Hertz.</summary>
    Hertz,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>Bytes a second.</summary>
    BytesPerSecond,

    /// <summary>Seconds.</summary>
    Seconds,

    /// <summary>Volts.</summary>
    Volts,

    /// <summary>Amperes.</summary>
    Amperes,

    /// <summary>Watts.</summary>
    Watts,

    /// <summary>Ohms.</summary>
    Ohms,

    /// <summary>Pascals.</summary>
    Pascals,

    /// <summary>Lux.</summary>
    Lux,

    /// <summary>Decibels: of full scale, of sound pressure or over a milliwatt, as the name says.</summary>
    Decibels,

    /// <summary>Revolutions a minute.</summary>
    RevolutionsPerMinute,

    /// <summary>Micrograms in a cubic metre, as every particle sensor and every air quality law has it.</summary>
    MicrogramsPerCubicMetre,

    /// <summary>Metres a second squared.</summary>
    MetresPerSecondSquared,

    /// <summary>Radians a second.</summary>
    RadiansPerSecond,

    /// <summary>Tesla.</summary>
    Tesla,
}
