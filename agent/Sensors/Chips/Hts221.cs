using System.Buffers.Binary;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>ST HTS221: humidity and temperature, on the Sense HAT.</summary>
/// <remarks>Source: HTS221 datasheet (DocID026333), sections 7 and 8.
/// Readings are interpolated between two factory calibration points.</remarks>
/// <param name="device">The chip at 0x5F.</param>
/// <param name="wait">Blocks until the next sample.</param>
internal sealed class Hts221(II2cDevice device, Action<TimeSpan> wait) : IChipDriver
{
    /// <summary>The HTS221.</summary>
    public static readonly ChipModel Model = new()
    {
        PartNumber = "HTS221",
        Addresses = [0x5F],
        CreateDriver = static (device, setup) => new Hts221(device, setup.Wait),
        IsAboveCpu = true,
        KernelUnitsAreWhole = true,
        Limits = [(SensorsSection.TemperatureCelsius, -40, 120)],
    };

    private const byte IdRegister = 0x0F;
    private const byte Id = 0xBC;
    private const byte Averages = 0x10;
    private const byte Control = 0x20;

    /// <summary>ST's chips increment the register address only if this bit is set.</summary>
    private const byte Burst = 0x80;

    /// <summary>The status register, followed by the data.</summary>
    private const byte Status = 0x27 | Burst;
    private const byte BothReady = 3;
    private const byte CalibrationStart = 0x30 | Burst;

    /// <summary>Averages 32 humidity and 16 temperature conversions per sample.</summary>
    private const byte AverageWord = 0x1B;

    /// <summary>Power on, block data update, 1 Hz.</summary>
    private const byte ControlWord = 0x85;

    /// <summary>One sample period, plus a tenth for the tolerance of its oscillator.</summary>
    private static readonly TimeSpan SamplePeriod = TimeSpan.FromMilliseconds(1100);

    private readonly byte[] _calibration = new byte[16];
    /// <inheritdoc/>
    public string Name => "hts221";

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
        var outcome = device.Read(CalibrationStart, _calibration);
        return outcome == BusOutcome.Ok
            ? device.Write([(Averages, AverageWord), (Control, ControlWord)])
            : outcome;
    }

    /// <inheritdoc/>
    public BusOutcome Measure(SectionBuilder into)
    {
        Span<byte> data = stackalloc byte[5];
        var outcome = device.ReadSample(
            Status, data, static data => (data[0] & BothReady) == BothReady, wait, SamplePeriod);
        if (outcome == BusOutcome.Ok)
        {
            Convert(data[1..], _calibration, into);
        }

        return outcome;
    }

    /// <inheritdoc/>
    public void Stop()
    {
        // Idle power is negligible, and nothing wears.
    }

    /// <summary>Converts the data registers to readings.</summary>
    /// <param name="data">Registers 0x28 to 0x2B.</param>
    /// <param name="calibration">Registers 0x30 to 0x3F.</param>
    /// <param name="into">Receives the readings.</param>
    internal static void Convert(ReadOnlySpan<byte> data, ReadOnlySpan<byte> calibration, SectionBuilder into)
    {
        var upper = calibration[5];
        var percent = Interpolate(
            Signed(data),
            (Signed(calibration[6..]), calibration[0] / 2.0),
            (Signed(calibration[10..]), calibration[1] / 2.0));
        var celsius = Interpolate(
            Signed(data[2..]),
            (Signed(calibration[12..]), (calibration[2] | ((upper & 3) << 8)) / 8.0),
            (Signed(calibration[14..]), (calibration[3] | ((upper & 12) << 6)) / 8.0));
        into.Set(SensorsSection.TemperatureCelsius, celsius);
        into.Set(SensorsSection.HumidityRatio, percent is { } humidity ? Math.Clamp(humidity, 0, 100) / 100 : null);
    }

    private static short Signed(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt16LittleEndian(bytes);

    private static double? Interpolate(int raw, (int Raw, double Value) one, (int Raw, double Value) other) =>
        one.Raw == other.Raw
            ? null
            : one.Value + ((raw - one.Raw) * (other.Value - one.Value) / (other.Raw - one.Raw));
}
