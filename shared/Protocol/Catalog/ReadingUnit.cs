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

    /// <summary>Bytes per second.</summary>
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

    /// <summary>Decibels relative to full scale, to 20 µPa or to a milliwatt, as the name says.</summary>
    Decibels,

    /// <summary>Revolutions per minute.</summary>
    RevolutionsPerMinute,

    /// <summary>Micrograms per cubic metre, the unit of particulate matter sensors and air quality limits.</summary>
    MicrogramsPerCubicMetre,

    /// <summary>Metres per second squared.</summary>
    MetresPerSecondSquared,

    /// <summary>Radians per second.</summary>
    RadiansPerSecond,

    /// <summary>Tesla.</summary>
    Tesla,
}
