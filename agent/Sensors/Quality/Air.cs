namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>Quantities derived from temperature, humidity and pressure of the air.</summary>
/// <remarks>
/// Sources: the Magnus formula over water with the coefficients of Sonntag (1990),
/// as in the WMO Guide to Instruments and Methods of Observation (No.
/// 8), annex 4.B, accurate to 0.1 °C of dew point from -45 to 60 °C;
/// the barometric formula of the standard atmosphere (ISO 2533), as in the datasheets of Bosch's pressure sensors.
/// </remarks>
internal static class Air
{
    private const double MagnusFactor = 17.62;
    private const double MagnusCelsius = 243.12;
    private const double AtmosphereMetres = 44_330;
    private const double AtmosphereExponent = 5.255;

    /// <summary>Gets the dew point.</summary>
    /// <returns><see langword="null"/> for dry air.</returns>
    public static double? DewPointCelsius(double celsius, double humidityRatio)
    {
        if (humidityRatio <= 0)
        {
            return null;
        }

        var exponent = Math.Log(humidityRatio) + Magnus(celsius);
        return MagnusCelsius * exponent / (MagnusFactor - exponent);
    }

    /// <summary>Gets the relative humidity of the same air at another temperature,
    /// with the same vapour pressure.</summary>
    /// <returns>At most 1, because excess vapour condenses.</returns>
    public static double HumidityRatioAt(double celsius, double humidityRatio, double fromCelsius) =>
        Math.Min(1, humidityRatio * Math.Exp(Magnus(fromCelsius) - Magnus(celsius)));

    /// <summary>Reduces a pressure to sea level.</summary>
    public static double SeaLevelPascals(double pascals, double altitudeMetres) =>
        pascals / Math.Pow(1 - (altitudeMetres / AtmosphereMetres), AtmosphereExponent);

    /// <summary>The logarithm of the saturation vapour pressure, over that at 0 °C.</summary>
    private static double Magnus(double celsius) => MagnusFactor * celsius / (MagnusCelsius + celsius);
}
