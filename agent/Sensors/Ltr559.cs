using System.Buffers.Binary;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors;

/// <summary>Lite-On LTR-559ALS-01: light. Proximity stays off: its lamp costs current and disturbs the light.</summary>
/// <remarks>
/// Source: LTR-559ALS-01 datasheet, register map and section on lux; the vendor's library for the formula behind the
/// board's window. The gain follows the light: up below 1000 counts, down above 20 000 or when saturated.
/// </remarks>
/// <param name="device">Its address: 0x23.</param>
/// <param name="wait">Waits for it to wake.</param>
internal sealed class Ltr559(II2cDevice device, Action<TimeSpan> wait) : ISensorChip
{
    private const byte PartIdRegister = 0x86;
    private const byte PartId = 0x92;
    private const byte ManufacturerRegister = 0x87;
    private const byte ManufacturerId = 0x05;
    private const byte LightControl = 0x80;
    private const byte ProximityControl = 0x81;
    private const byte LightRate = 0x85;
    private const byte Data = 0x88;
    private const byte InvalidBit = 0x80;
    private const byte Active = 1;

    /// <summary>Integration 100 ms, repeated every 200 ms.</summary>
    private const byte Rate = 0x02;

    private const double IntegrationMilliseconds = 100;
    private const int DarkCounts = 1000;
    private const int BrightCounts = 20_000;
    private const int SaturatedCounts = 0xFFFF;

    /// <summary>From the datasheet: 10 ms to activate, and one integration with its repeat.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(310);

    /// <summary>The gain codes that exist, from the least, with their gains.</summary>
    private static readonly (byte Code, int Gain)[] Gains = [(0, 1), (1, 2), (2, 4), (3, 8), (6, 48), (7, 96)];

    private int _gain = 2;
    private bool _isSettling;

    /// <inheritdoc/>
    public string Name => "ltr559";

    /// <inheritdoc/>
    public string PartNumber => "LTR559";

    /// <inheritdoc/>
    public BusOutcome Start()
    {
        var outcome = device.Read(PartIdRegister, out var part);
        if (outcome != BusOutcome.Ok)
        {
            return outcome;
        }

        if (part != PartId || !device.Has(ManufacturerRegister, ManufacturerId))
        {
            return BusOutcome.NoAnswer;
        }

        outcome = device.Write([(ProximityControl, 0), (LightRate, Rate), (LightControl, ControlWord())]);
        _isSettling = true;
        return outcome;
    }

    /// <inheritdoc/>
    public BusOutcome Measure(SectionBuilder into)
    {
        if (_isSettling)
        {
            wait(SettleTime);
            _isSettling = false;
        }

        // Both channels and the status with the gain that belongs to them, in one burst.
        Span<byte> data = stackalloc byte[5];
        var outcome = device.Read(Data, data);
        if (outcome != BusOutcome.Ok || (data[4] & InvalidBit) != 0)
        {
            return outcome;
        }

        var infrared = BinaryPrimitives.ReadUInt16LittleEndian(data);
        var both = BinaryPrimitives.ReadUInt16LittleEndian(data[2..]);
        var gain = GainOf((byte)((data[4] >> 4) & 7));
        var isSaturated = infrared == SaturatedCounts || both == SaturatedCounts;
        if (gain is { } known && !isSaturated)
        {
            into.Set(SensorsSection.Lux, Lux(both, infrared, known, IntegrationMilliseconds));
        }

        return FollowLight(both, isSaturated);
    }

    /// <summary>Gets the light in lux.</summary>
    /// <param name="both">Channel 0: visible and infrared.</param>
    /// <param name="infrared">Channel 1.</param>
    /// <param name="gain">The gain that the sample was taken with.</param>
    /// <param name="integrationMilliseconds">The time that it took.</param>
    internal static double Lux(int both, int infrared, int gain, double integrationMilliseconds)
    {
        if (both + infrared == 0)
        {
            return 0;
        }

        var share = (double)infrared / (both + infrared);
        var counts = share < 0.45 ? (1.7743 * both) + (1.1059 * infrared)
            : share < 0.64 ? (4.2785 * both) - (1.9548 * infrared)
            : share < 0.85 ? (0.5926 * both) + (0.1185 * infrared)
            : 0;
        return counts / gain / (integrationMilliseconds / 100);
    }

    private static int? GainOf(byte code)
    {
        foreach (var (known, gain) in Gains)
        {
            if (known == code)
            {
                return gain;
            }
        }

        return null;
    }

    private byte ControlWord() => (byte)((Gains[_gain].Code << 2) | Active);

    private BusOutcome FollowLight(int counts, bool isSaturated)
    {
        var wanted = isSaturated ? 0
            : counts > BrightCounts ? Math.Max(0, _gain - 1)
            : counts < DarkCounts ? Math.Min(Gains.Length - 1, _gain + 1)
            : _gain;
        if (wanted == _gain)
        {
            return BusOutcome.Ok;
        }

        _gain = wanted;
        _isSettling = true;
        return device.Write(LightControl, ControlWord());
    }
}
