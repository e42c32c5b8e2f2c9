using System.Buffers.Binary;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>ST LPS25H: pressure and temperature, on the Sense HAT.</summary>
/// <remarks>Source: LPS25H datasheet (DocID023722), section 9.</remarks>
/// <param name="device">The chip at 0x5C.</param>
/// <param name="wait">Blocks until the next sample.</param>
internal sealed class Lps25h(II2cDevice device, Action<TimeSpan> wait) : IChipDriver
{
    /// <summary>The LPS25H.</summary>
    public static readonly ChipModel Model = new()
    {
        PartNumber = "LPS25H",
        Addresses = [0x5C],
        CreateDriver = static (device, setup) => new Lps25h(device, setup.Wait),
        IsAboveCpu = true,
        Limits = [(SensorsSection.TemperatureCelsius, -30, 105), (SensorsSection.PressurePascals, 26_000, 126_000)],
    };

    private const byte IdRegister = 0x0F;
    private const byte Id = 0xBD;
    private const byte Resolution = 0x10;
    private const byte Control = 0x20;

    /// <summary>ST's chips increment the register address only if this bit is set.</summary>
    private const byte Burst = 0x80;

    /// <summary>The status register, followed by the data.</summary>
    private const byte Status = 0x27 | Burst;
    private const byte BothReady = 3;

    /// <summary>Averages 32 pressure and 16 temperature conversions per sample.</summary>
    private const byte ResolutionWord = 0x05;

    /// <summary>Power on, block data update, 1 Hz.</summary>
    private const byte ControlWord = 0x94;

    /// <summary>Counts per hectopascal.</summary>
    private const double CountsPerHectopascal = 4096;

    /// <summary>One sample period, plus a tenth for the tolerance of its oscillator.</summary>
    private static readonly TimeSpan SamplePeriod = TimeSpan.FromMilliseconds(1100);

    /// <inheritdoc/>
    public string Name => "lps25h";

    /// <inheritdoc/>
    public string PartNumber => Model.PartNumber;

    /// <inheritdoc/>
    public string Place => device.Name;

    /// <inheritdoc/>
    public TimeSpan Period => ChipModel.DefaultPeriod;

    /// <inheritdoc/>
    public ChipIdentity Identify() => device.Identify(IdRegister, Id);

    /// <inheritdoc/>
    public BusOutcome Start()
    {
        return device.Write([(Resolution, ResolutionWord), (Control, ControlWord)]);
    }

    /// <inheritdoc/>
    public BusOutcome Measure(SectionBuilder into)
    {
        Span<byte> data = stackalloc byte[6];
        var outcome = device.ReadSample(
            Status, data, static data => (data[0] & BothReady) == BothReady, wait, SamplePeriod);
        if (outcome == BusOutcome.Ok)
        {
            Convert(data[1..], into);
        }

        return outcome;
    }

    /// <inheritdoc/>
    public void Stop()
    {
        // Idle power is negligible, and nothing wears.
    }

    /// <summary>Converts the data registers to readings.</summary>
    /// <param name="data">Registers 0x28 to 0x2C.</param>
    /// <param name="into">Receives the readings.</param>
    internal static void Convert(ReadOnlySpan<byte> data, SectionBuilder into)
    {
        var pressure = data[0] | (data[1] << 8) | ((sbyte)data[2] << 16);
        into.Set(SensorsSection.PressurePascals, pressure / CountsPerHectopascal * 100);
        into.Set(
            SensorsSection.TemperatureCelsius, 42.5 + (BinaryPrimitives.ReadInt16LittleEndian(data[3..]) / 480.0));
    }
}
