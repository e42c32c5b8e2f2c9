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

    /// <summary>Seconds.</summary>
    Seconds,
}
