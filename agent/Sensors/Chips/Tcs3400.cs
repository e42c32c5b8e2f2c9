using System.Buffers.Binary;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>ams TCS3400 or TCS3472 colour sensor, on the Sense HAT v2.</summary>
/// <remarks>
/// Source: TCS3400 and TCS3472 datasheets, register maps. Counts are sent raw, with gain and integration time:
/// there is no lux formula for this board's window. The gain is adjusted automatically.
/// </remarks>
/// <param name="device">The chip at 0x39 or 0x29.</param>
/// <param name="wait">Blocks for the duration of a conversion.</param>
internal sealed class Tcs3400(II2cDevice device, Action<TimeSpan> wait) : IChipDriver
{
    /// <summary>The TCS3400.</summary>
    public static readonly ChipModel Model = new()
    {
        PartNumber = "TCS3400",
        Addresses = [0x39, 0x29],
        CreateDriver = static (device, setup) => new Tcs3400(device, setup.Wait),
    };

    /// <summary>The TCS3472, which has the same driver.</summary>
    public static readonly ChipModel Tcs3472Model = new() { PartNumber = "TCS3472" };

    private const byte IdRegister = 0x92;
    private const byte Enable = 0x80;
    private const byte IntegrationTime = 0x81;
    private const byte Control = 0x8F;

    /// <summary>Status, clear, red, green, blue. The TCS3472 needs another bit to increment the address.</summary>
    private const byte Status = 0x93;
    private const byte StatusTcs3472 = 0xB3;
    private const int DataLength = 9;
    private const byte ValidBit = 1;
    private const byte PowerOn = 1;
    private const byte PowerAndConversionOn = 3;

    /// <summary>64 cycles, the fewest at which counts use all 16 bits.</summary>
    private const byte IntegrationWord = 0xC0;

    private const int CountsPerCycle = 1024;
    private const int CountsMax = 65_535;

    /// <summary>Adjacent gains differ by a factor of four: below this ratio,
    /// the next gain uses less than half the range.
    /// </summary>
    private const double DarkRatio = 0.12;
    private const double BrightRatio = 0.8;

    /// <summary>The warm-up time in the datasheet is 2.4 ms.</summary>
    private static readonly TimeSpan PowerTime = TimeSpan.FromMilliseconds(3);

    /// <summary>The current conversion, and one with the new settings.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(400);

    private bool _isTcs3472;
    private int _gain = 2;
    private bool _isSettling;

    /// <inheritdoc/>
    public string Name => _isTcs3472 ? "tcs3472" : "tcs3400";

    /// <inheritdoc/>
    public string PartNumber => (_isTcs3472 ? Tcs3472Model : Model).PartNumber;

    /// <inheritdoc/>
    public string Place => device.Name;

    /// <inheritdoc/>
    public TimeSpan Period => ChipModel.DefaultPeriod;

    /// <inheritdoc/>
    public ChipIdentity Identify()
    {
        var outcome = device.Read(IdRegister, out var id);
        var isTcs3400 = id is 0x90 or 0x93;
        var isTcs3472 = id is 0x44 or 0x4D;
        _isTcs3472 = isTcs3472;
        return new ChipIdentity(outcome, outcome == BusOutcome.Ok && !isTcs3400 && !isTcs3472 ? id : null);
    }

    /// <inheritdoc/>
    public BusOutcome Start()
    {
        var outcome = device.Write(Enable, PowerOn);
        if (outcome != BusOutcome.Ok)
        {
            return outcome;
        }

        wait(PowerTime);
        _isSettling = true;
        return device.Write(
            [(IntegrationTime, IntegrationWord), (Control, (byte)_gain), (Enable, PowerAndConversionOn)]);
    }

    /// <inheritdoc/>
    public BusOutcome Measure(SectionBuilder into)
    {
        if (_isSettling)
        {
            wait(SettleTime);
            _isSettling = false;
        }

        // Gain and integration time are read back, because another program may have reconfigured the chip.
        Span<byte> data = stackalloc byte[DataLength];
        var time = (byte)0;
        var outcome = device.Read(Control, out var control);
        outcome = outcome == BusOutcome.Ok ? device.Read(IntegrationTime, out time) : outcome;
        outcome = outcome == BusOutcome.Ok
            ? device.ReadSample(
                _isTcs3472 ? StatusTcs3472 : Status,
                data,
                static data => (data[0] & ValidBit) != 0,
                wait,
                SettleTime)
            : outcome;
        if (outcome != BusOutcome.Ok)
        {
            return outcome;
        }

        _gain = control & 3;
        var brightest = Convert(data[1..], time, _isTcs3472, into);
        if (brightest < 1)
        {
            into.Set(SensorsSection.LightGain, Gain(_gain, _isTcs3472));
        }

        return AdjustGain(brightest);
    }

    /// <inheritdoc/>
    public void Stop() => _ = device.Write(Enable, 0);

    /// <summary>Converts the data registers to readings, unless a channel is saturated.</summary>
    /// <param name="data">Clear, red, green and blue: registers 0x94 to 0x9B.</param>
    /// <param name="time">ATIME.</param>
    /// <param name="isTcs3472">Whether the chip is a TCS3472, whose cycles are shorter.</param>
    /// <param name="into">Receives the readings.</param>
    /// <returns>The share of the range that the brightest channel uses; 1 if it is saturated.</returns>
    internal static double Convert(ReadOnlySpan<byte> data, byte time, bool isTcs3472, SectionBuilder into)
    {
        var clear = BinaryPrimitives.ReadUInt16LittleEndian(data);
        var red = BinaryPrimitives.ReadUInt16LittleEndian(data[2..]);
        var green = BinaryPrimitives.ReadUInt16LittleEndian(data[4..]);
        var blue = BinaryPrimitives.ReadUInt16LittleEndian(data[6..]);
        var cycles = 256 - time;
        var range = Math.Min(CountsMax, CountsPerCycle * cycles);
        var brightest = Math.Max(Math.Max(clear, red), Math.Max(green, blue));
        if (brightest < range)
        {
            into.Set(SensorsSection.ClearCounts, clear);
            into.Set(SensorsSection.RedCounts, red);
            into.Set(SensorsSection.GreenCounts, green);
            into.Set(SensorsSection.BlueCounts, blue);
            into.Set(SensorsSection.IntegrationSeconds, cycles * (isTcs3472 ? 0.0024 : 0.00278));
        }

        return Math.Min(1, (double)brightest / range);
    }

    private static int Gain(int code, bool isTcs3472) => code == 3 ? (isTcs3472 ? 60 : 64) : 1 << (2 * code);

    private BusOutcome AdjustGain(double ratio)
    {
        var wanted = ratio > BrightRatio ? Math.Max(0, _gain - 1)
            : ratio < DarkRatio ? Math.Min(3, _gain + 1)
            : _gain;
        if (wanted == _gain)
        {
            return BusOutcome.Ok;
        }

        _gain = wanted;
        _isSettling = true;
        return device.Write(Control, (byte)wanted);
    }
}
