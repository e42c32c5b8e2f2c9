using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>The factory calibration of a BME280 or BMP280, and the compensation formulas.</summary>
/// <remarks>
/// Source: BME280 datasheet (BST-BME280-DS002), sections 4.2.2 (layout) and 8.1 (formulas in floating point);
/// BMP280 datasheet section 3.12 has a worked example. Names are the datasheet's.
/// </remarks>
internal sealed class Bme280Calibration
{
    /// <summary>Registers 0x88 to 0xA1.</summary>
    public const int FirstLength = 26;

    /// <summary>Registers 0xE1 to 0xE7.</summary>
    public const int SecondLength = 7;

    private readonly double _t1;
    private readonly double _t2;
    private readonly double _t3;
    private readonly double[] _p = new double[10];
    private readonly double _h1;

    /// <summary>Initializes a new instance of the <see cref="Bme280Calibration"/> class.</summary>
    /// <param name="first">Registers 0x88 to 0xA1.</param>
    /// <param name="second">Registers 0xE1 to 0xE7; empty for a BMP280, which has no humidity.</param>
    public Bme280Calibration(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        _t1 = BinaryPrimitives.ReadUInt16LittleEndian(first);
        _t2 = BinaryPrimitives.ReadInt16LittleEndian(first[2..]);
        _t3 = BinaryPrimitives.ReadInt16LittleEndian(first[4..]);
        _p[1] = BinaryPrimitives.ReadUInt16LittleEndian(first[6..]);
        for (var index = 2; index < _p.Length; index++)
        {
            _p[index] = BinaryPrimitives.ReadInt16LittleEndian(first[(4 + (2 * index))..]);
        }

        if (second.IsEmpty)
        {
            return;
        }

        // dig_H4 and dig_H5 have 12 bits and share a byte; the upper eight bits of each are signed.
        _h1 = first[25];
        H2 = BinaryPrimitives.ReadInt16LittleEndian(second);
        H3 = second[2];
        H4 = ((sbyte)second[3] * 16) + (second[4] & 0x0F);
        H5 = ((sbyte)second[5] * 16) + (second[4] >> 4);
        H6 = (sbyte)second[6];
    }

    /// <summary>Gets dig_H2.</summary>
    public int H2 { get; }

    /// <summary>Gets dig_H3.</summary>
    public int H3 { get; }

    /// <summary>Gets dig_H4.</summary>
    public int H4 { get; }

    /// <summary>Gets dig_H5.</summary>
    public int H5 { get; }

    /// <summary>Gets dig_H6.</summary>
    public int H6 { get; }

    /// <summary>Gets <c>t_fine</c>, which the other two formulas need: 5120 per degree.</summary>
    public double Fine(int raw)
    {
        var linear = ((raw / 16384.0) - (_t1 / 1024)) * _t2;
        var root = (raw / 131072.0) - (_t1 / 8192);
        return linear + (root * root * _t3);
    }

    /// <summary>Gets the temperature in °C.</summary>
    public static double Celsius(double fine) => fine / 5120;

    /// <summary>Gets the pressure in Pa; <see langword="null"/> if the calibration makes the divisor zero.</summary>
    public double? Pascals(int raw, double fine)
    {
        var x = (fine / 2) - 64000;
        var offset = ((((x * x * _p[6]) / 32768) + (2 * x * _p[5])) / 4) + (65536 * _p[4]);
        var slope = (1 + ((((_p[3] * x * x) / 524288) + (_p[2] * x)) / 524288 / 32768)) * _p[1];
        if (slope == 0)
        {
            return null;
        }

        var pressure = (1048576 - raw - (offset / 4096)) * 6250 / slope;
        return pressure + (((_p[9] * pressure * pressure / 2147483648) + (pressure * _p[8] / 32768) + _p[7]) / 16);
    }

    /// <summary>Gets the relative humidity, 0 to 1.</summary>
    public double HumidityRatio(int raw, double fine)
    {
        var y = fine - 76800;
        var linear = (raw - ((64.0 * H4) + (H5 / 16384.0 * y))) * (H2 / 65536.0)
            * (1 + (H6 / 67108864.0 * y * (1 + (H3 / 67108864.0 * y))));
        var percent = linear * (1 - (_h1 * linear / 524288));
        return Math.Clamp(percent, 0, 100) / 100;
    }
}
