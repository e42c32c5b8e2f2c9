using System.Buffers.Binary;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>Lite-On LTR-559ALS-01: illuminance, and optionally proximity.</summary>
/// <remarks>
/// Source: LTR-559ALS-01 datasheet, register map and lux section;
/// the board vendor's library for the formula behind its window.
/// The gain is adjusted automatically: up below 1000 counts, down above 20 000 or when saturated.
/// </remarks>
/// <param name="device">The chip at 0x23.</param>
/// <param name="wait">Blocks until the chip is awake.</param>
internal sealed class Ltr559(II2cDevice device, Action<TimeSpan> wait) : IChipDriver
{
    /// <summary>The LTR559.</summary>
    public static readonly ChipModel Model = new()
    {
        PartNumber = "LTR559",
        Addresses = [0x23],
        CreateDriver = static (device, setup) =>
            new Ltr559(device, setup.Wait) { MeasuresProximity = setup.MeasuresProximity },

        // Direct sunlight is 100 000 lux.
        Limits = [(SensorsSection.Lux, 0, 120_000)],

        // Source: drivers/iio/light/ltr501.c. Its in_illuminance_input has the coefficients of another chip and
        // ignores gain and integration time.
        KernelLux = Lux,
    };

    private const byte PartIdRegister = 0x86;
    private const byte PartId = 0x92;
    private const byte ManufacturerRegister = 0x87;
    private const byte ManufacturerId = 0x05;
    private const byte LightControl = 0x80;
    private const byte ProximityControl = 0x81;
    private const byte LedControl = 0x82;
    private const byte LedPulses = 0x83;
    private const byte ProximityRate = 0x84;
    private const byte LightRate = 0x85;

    private const byte LightData = 0x88;

    /// <summary>Status with the gain of the sample, and proximity. Reading data clears the data-ready flag,
    /// so the status is read first.</summary>
    private const byte Status = 0x8C;
    private const byte InvalidBit = 0x80;
    private const byte NewLightBit = 4;
    private const byte NewProximityBit = 1;
    private const byte ProximitySaturatedBit = 0x80;
    private const byte Active = 1;

    /// <summary>Active, with the saturation flag.</summary>
    private const byte ProximityActive = 0x23;

    /// <summary>LED pulses of 30 kHz and 50 mA at 100 % duty cycle: the vendor's setting.</summary>
    private const byte LedWord = 0x1B;

    /// <summary>Every 100 ms.</summary>
    private const byte ProximityRateWord = 2;

    /// <summary>Integration 100 ms, repeated every 200 ms.</summary>
    private const byte Rate = 0x02;

    private const int DarkCounts = 1000;
    private const int BrightCounts = 20_000;
    private const int SaturatedCounts = 0xFFFF;

    /// <summary>Datasheet: 10 ms to activate, and one integration with its repeat time.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(310);

    /// <summary>A display should wake within a second.</summary>
    private static readonly TimeSpan ProximityPeriod = TimeSpan.FromSeconds(1);

    /// <summary>The valid gain codes with their gains, ascending.</summary>
    private static readonly (byte Code, int Gain)[] Gains = [(0, 1), (1, 2), (2, 4), (3, 8), (6, 48), (7, 96)];

    /// <summary>Integration times by code.</summary>
    private static readonly short[] IntegrationMilliseconds = [100, 50, 200, 400, 150, 250, 300, 350];

    private int _gain = 2;
    private bool _isSettling;

    /// <inheritdoc/>
    public string Name => "ltr559";

    /// <inheritdoc/>
    public string PartNumber => Model.PartNumber;

    /// <inheritdoc/>
    public string Place => device.Name;

    /// <inheritdoc/>
    public TimeSpan Period => MeasuresProximity ? ProximityPeriod : ChipModel.DefaultPeriod;

    /// <summary>Gets a value indicating whether the chip also measures proximity.</summary>
    public bool MeasuresProximity { get; init; }

    /// <inheritdoc/>
    public ChipIdentity Identify() =>
        device.Identify(PartIdRegister, PartId) is { IsKnown: false } other
            ? other
            : device.Identify(ManufacturerRegister, ManufacturerId);

    /// <inheritdoc/>
    public BusOutcome Start()
    {
        _isSettling = true;
        var outcome = MeasuresProximity
            ? device.Write([(LedControl, LedWord), (LedPulses, 1), (ProximityRate, ProximityRateWord)])
            : BusOutcome.Ok;
        return outcome == BusOutcome.Ok
            ? device.Write(
            [
                (ProximityControl, MeasuresProximity ? ProximityActive : (byte)0),
                (LightRate, Rate),
                (LightControl, ControlWord()),
            ])
            : outcome;
    }

    /// <inheritdoc/>
    public BusOutcome Measure(SectionBuilder into)
    {
        if (_isSettling)
        {
            wait(SettleTime);
            _isSettling = false;
        }

        Span<byte> status = stackalloc byte[3];
        var outcome = device.ReadSample(
            Status, status, static status => (status[0] & (NewLightBit | InvalidBit)) != 0, wait, SettleTime);
        if (outcome != BusOutcome.Ok)
        {
            return outcome;
        }

        if (MeasuresProximity && (status[0] & NewProximityBit) != 0 && (status[2] & ProximitySaturatedBit) == 0)
        {
            into.Set(SensorsSection.Proximity, status[1] | ((status[2] & 7) << 8));
        }

        return (status[0] & InvalidBit) == 0 ? MeasureLight(FindGain((status[0] >> 4) & 7), into) : BusOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Stop()
    {
        if (MeasuresProximity)
        {
            _ = device.Write(ProximityControl, 0);
        }
    }

    /// <summary>Gets the illuminance in lux.</summary>
    /// <param name="both">Channel 0: visible and infrared.</param>
    /// <param name="infrared">Channel 1.</param>
    /// <param name="gain">The gain of the sample.</param>
    /// <param name="integrationMilliseconds">The integration time.</param>
    /// <returns><see langword="null"/> if a channel is saturated.</returns>
    internal static double? Lux(double both, double infrared, double gain, double integrationMilliseconds)
    {
        if (both >= SaturatedCounts || infrared >= SaturatedCounts)
        {
            return null;
        }

        if (both + infrared == 0)
        {
            return 0;
        }

        var share = infrared / (both + infrared);
        var counts = share < 0.45 ? (1.7743 * both) + (1.1059 * infrared)
            : share < 0.64 ? (4.2785 * both) - (1.9548 * infrared)
            : share < 0.85 ? (0.5926 * both) + (0.1185 * infrared)
            : 0;
        return counts / gain / (integrationMilliseconds / 100);
    }

    private BusOutcome MeasureLight(int gain, SectionBuilder into)
    {
        // Gain and integration time are read back, because another program may have reconfigured the chip.
        Span<byte> data = stackalloc byte[4];
        var outcome = device.Read(LightData, data);
        var rate = (byte)0;
        outcome = outcome == BusOutcome.Ok ? device.Read(LightRate, out rate) : outcome;
        if (outcome != BusOutcome.Ok || gain < 0)
        {
            return outcome;
        }

        _gain = gain;
        var infrared = BinaryPrimitives.ReadUInt16LittleEndian(data);
        var both = BinaryPrimitives.ReadUInt16LittleEndian(data[2..]);
        var lux = Lux(both, infrared, Gains[gain].Gain, IntegrationMilliseconds[(rate >> 3) & 7]);
        into.Set(SensorsSection.Lux, lux);
        return AdjustGain(both, isSaturated: lux is null);
    }

    private static int FindGain(int code)
    {
        for (var index = 0; index < Gains.Length; index++)
        {
            if (Gains[index].Code == code)
            {
                return index;
            }
        }

        return -1;
    }

    private byte ControlWord() => (byte)((Gains[_gain].Code << 2) | Active);

    private BusOutcome AdjustGain(int counts, bool isSaturated)
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
