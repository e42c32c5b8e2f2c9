using NodeTelemetry.Agent.Samplers.Board;

namespace NodeTelemetry.Agent.Sensors.Iio;

/// <summary>Makes of the kernel's names those under which the agent's own drivers send the same chips.</summary>
internal static class IioNames
{
    /// <summary>Chips that both the kernel and the agent may read.</summary>
    private static readonly string[] Parts =
        ["BME280", "BMP280", "LTR559", "ADS1015", "ADS1115", "HTS221", "LPS25H", "LSM9DS1", "TCS3400", "TCS3472"];

    /// <summary>Gets a part number: <c>LSM9DS1</c> for <c>lsm9ds1_magn</c>. Of chips that only the kernel reads it is
    /// the kernel's name.</summary>
    public static string PartNumber(string chip)
    {
        foreach (var part in Parts)
        {
            if (chip.StartsWith(part, StringComparison.OrdinalIgnoreCase)
                && (chip.Length == part.Length || !char.IsAsciiLetterOrDigit(chip[part.Length])))
            {
                return part;
            }
        }

        return chip;
    }

    /// <summary>Gets what a device's entry is called: the two halves of an LSM9DS1 are <c>lsm9ds1-imu_accel</c> and
    /// <c>lsm9ds1-imu_gyro</c> by newer kernels.</summary>
    public static string Title(string chip) => SensorNames.Plain(chip.Replace("-imu_", "_", StringComparison.Ordinal));
}
