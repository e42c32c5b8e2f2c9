using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>The range of the values that a sensor can have.
/// Drivers write a number outside it where they know none.</summary>
/// <param name="Min">The lowest.</param>
/// <param name="Max">The highest.</param>
internal readonly record struct SensorRange(double Min, double Max)
{
    /// <summary>Any number.</summary>
    public static readonly SensorRange All = new(double.MinValue, double.MaxValue);

    /// <summary>Temperatures in °C. Without a sensor some drivers write absolute zero or the largest integer.</summary>
    public static readonly SensorRange Celsius =
        new(ReadingRanges.TemperatureCelsiusMin, ReadingRanges.TemperatureCelsiusMax);

    /// <summary>Critical temperatures in °C. A limit that was never set is 0 (<c>jc42</c>), absolute zero,
    /// or 65261.85 °C, the highest that an NVMe drive can represent.</summary>
    public static readonly SensorRange CriticalCelsius = new(1, 250);

    /// <summary>Revolutions per minute: the fastest fans have 40,000.
    /// Controllers that do not know the speed report 65535.</summary>
    public static readonly SensorRange Rpm = new(0, 60_000);

    /// <summary>A share of the whole.</summary>
    public static readonly SensorRange Share = new(0, 1);

    /// <summary>Returns whether it contains a value.</summary>
    public bool Contains(double value) => value >= Min && value <= Max;
}
