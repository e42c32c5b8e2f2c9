using System.Buffers.Binary;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>TI ADS1015 or ADS1115 ADC on the Enviro+, with the gas sensor at three inputs and a header pin
/// at the fourth.</summary>
/// <remarks>
/// Source: ADS1015 and ADS1115 datasheets, section 8.6 (registers).
/// Registers have 16 bits, big-endian; the ADS1015 leaves the lowest four at 0, so both have the same scale.
/// The chip has no identity register. It is recognised by the power-up values of its thresholds and mode,
/// which single-shot readers leave unchanged.
/// </remarks>
/// <param name="device">The chip at 0x49 on the Enviro+.</param>
/// <param name="wait">Blocks for the duration of a conversion.</param>
/// <param name="board">The board with the gas sensor; <see langword="null"/> if there is none.</param>
internal sealed class Ads1015(II2cDevice device, Action<TimeSpan> wait, EnviroPlus? board) : IChipDriver
{
    /// <summary>The ADS1015.</summary>
    public static readonly ChipModel Model = new()
    {
        PartNumber = "ADS1015",
        Addresses = [0x49],
        CreateDriver = static (device, setup) => new Ads1015(device, setup.Wait, setup.Board),
    };

    /// <summary>The ADS1115, which has the same driver.</summary>
    public static readonly ChipModel Ads1115Model = new() { PartNumber = "ADS1115" };

    private const byte Conversion = 0;
    private const byte Configuration = 1;
    private const byte LowThreshold = 2;
    private const byte HighThreshold = 3;
    private const ushort LowThresholdReset = 0x8000;

    /// <summary>The ADS1015 implements the upper twelve bits; the others read as 0 or 1.</summary>
    private const ushort HighThresholdReset = 0x7FF0;
    private const ushort TwelveBits = 0xFFF0;

    /// <summary>Single-shot mode, comparator off.</summary>
    private const ushort ModeMask = 0x0103;

    /// <summary>Starts a conversion; reads 1 when the chip is idle.</summary>
    private const ushort StartBit = 0x8000;

    /// <summary>Input 0 against ground, ±6.144 V, 1600 SPS (ADS1115: 128 SPS), comparator off.</summary>
    private const ushort ConvertWord = 0xC183;

    /// <summary>The same at 128 SPS (ADS1115: 8 SPS).</summary>
    private const ushort ConvertSlowlyWord = 0xC103;

    /// <summary>The position of the input number in the word.</summary>
    private const int InputShift = 12;

    private const int SpareInput = 3;
    private const double FullScaleVolts = 6.144;
    private const double FullScaleCounts = 32768;

    /// <summary>Polls of a running conversion until the chip counts as stuck.</summary>
    private const int PollsMax = 20;

    /// <summary>Between the slow conversion of an ADS1015 (7.8 ms) and of an ADS1115 (125 ms).</summary>
    private static readonly TimeSpan VariantTestTime = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan SlowPollTime = TimeSpan.FromMilliseconds(10);

    /// <summary>0.63 ms (ADS1015) and 7.8 ms (ADS1115), plus a tenth for the oscillator tolerance.</summary>
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Ads1115ConversionTime = TimeSpan.FromMilliseconds(8.6);

    private bool _isAds1115;

    /// <inheritdoc/>
    public string Name => Mics6814.Name;

    /// <inheritdoc/>
    public string PartNumber => (_isAds1115 ? Ads1115Model : Model).PartNumber;

    /// <inheritdoc/>
    public string Place => device.Name;

    /// <inheritdoc/>
    public TimeSpan Period => ChipModel.DefaultPeriod;

    /// <inheritdoc/>
    public ChipIdentity Identify()
    {
        var low = (ushort)0;
        var high = (ushort)0;
        var outcome = Read(Configuration, out var configuration);
        outcome = outcome == BusOutcome.Ok ? Read(LowThreshold, out low) : outcome;
        outcome = outcome == BusOutcome.Ok ? Read(HighThreshold, out high) : outcome;
        var isKnown = (configuration & ModeMask) == ModeMask
            && low == LowThresholdReset
            && (high & TwelveBits) == HighThresholdReset;
        return new ChipIdentity(outcome, outcome == BusOutcome.Ok && !isKnown ? configuration : null);
    }

    /// <inheritdoc/>
    public BusOutcome Start()
    {
        if (board?.IsPresent != true)
        {
            // An ADC on another board, which another program reads.
            return BusOutcome.NoAnswer;
        }

        var outcome = Write(Configuration, ConvertSlowlyWord);
        if (outcome != BusOutcome.Ok)
        {
            return outcome;
        }

        wait(VariantTestTime);
        outcome = Read(Configuration, out var configuration);
        _isAds1115 = (configuration & StartBit) == 0;
        return outcome == BusOutcome.Ok ? WaitUntilIdle(SlowPollTime, out _) : outcome;
    }

    /// <inheritdoc/>
    public BusOutcome Measure(SectionBuilder into)
    {
        into.Set(SensorsSection.Chip, Mics6814.Model.PartNumber);
        var outcome = BusOutcome.Ok;
        var gases = board?.HasGas == true ? Mics6814.Inputs : [];
        for (var input = 0; input < gases.Length && outcome == BusOutcome.Ok; input++)
        {
            outcome = Convert(input, out var counts);
            if (outcome == BusOutcome.Ok)
            {
                into.Set(gases[input], Volts(counts) is { } volts ? Mics6814.Ohms(volts) : null);
            }
        }

        var spare = (short)0;
        outcome = outcome == BusOutcome.Ok ? Convert(SpareInput, out spare) : outcome;
        if (outcome == BusOutcome.Ok && into.Begin(_isAds1115 ? "ads1115_voltage3" : "ads1015_voltage3"))
        {
            into.Set(SensorsSection.Chip, PartNumber);
            into.Set(SensorsSection.Volts, Volts(spare));
        }

        return outcome;
    }

    /// <inheritdoc/>
    public void Stop()
    {
        // Idle power is negligible, and nothing wears.
    }

    /// <summary>Converts a count to volts.</summary>
    /// <param name="counts">The conversion register.</param>
    /// <returns><see langword="null"/> at the limits of the range, where the value is saturated.</returns>
    internal static double? Volts(short counts) =>
        counts is short.MinValue or >= unchecked((short)(short.MaxValue & TwelveBits))
            ? null
            : counts * FullScaleVolts / FullScaleCounts;

    private BusOutcome Convert(int input, out short counts)
    {
        counts = 0;
        var word = (ushort)(ConvertWord + (input << InputShift));
        var outcome = Write(Configuration, word);
        if (outcome != BusOutcome.Ok)
        {
            return outcome;
        }

        wait(_isAds1115 ? Ads1115ConversionTime : PollTime);
        outcome = WaitUntilIdle(PollTime, out var configuration);
        if (outcome == BusOutcome.Ok && configuration != word)
        {
            // Another program has started a conversion meanwhile; the result may be of another input.
            return BusOutcome.Failed;
        }

        var result = (ushort)0;
        outcome = outcome == BusOutcome.Ok ? Read(Conversion, out result) : outcome;
        counts = (short)result;
        return outcome;
    }

    private BusOutcome WaitUntilIdle(TimeSpan pollTime, out ushort configuration)
    {
        configuration = 0;
        for (var poll = 0; poll < PollsMax; poll++)
        {
            var outcome = Read(Configuration, out configuration);
            if (outcome != BusOutcome.Ok || (configuration & StartBit) != 0)
            {
                return outcome;
            }

            wait(pollTime);
        }

        return BusOutcome.Failed;
    }

    private BusOutcome Read(byte register, out ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        var outcome = device.Read(register, bytes);
        value = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        return outcome;
    }

    private BusOutcome Write(byte register, ushort value) =>
        device.Write([register, (byte)(value >> 8), (byte)value]);
}
