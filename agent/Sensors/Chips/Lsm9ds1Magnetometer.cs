using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>The magnetometer of an ST LSM9DS1, on the Sense HAT.</summary>
/// <remarks>Source: LSM9DS1 datasheet (DocID025715), section 8 and table 3 (sensitivities). Axes are those of the chip.
/// The flux density is raw: nearby iron and currents add some 50 µT, so it shows changes but is no compass.</remarks>
/// <param name="device">The chip at 0x1C or 0x1E.</param>
/// <param name="wait">Blocks until the next sample.</param>
internal sealed class Lsm9ds1Magnetometer(II2cDevice device, Action<TimeSpan> wait) : IChipDriver
{
    /// <summary>The magnetometer of the LSM9DS1.</summary>
    public static readonly ChipModel Model = new()
    {
        PartNumber = "LSM9DS1",
        Addresses = [0x1C, 0x1E],
        CreateDriver = static (device, setup) => new Lsm9ds1Magnetometer(device, setup.Wait),
    };

    private const byte IdRegister = 0x0F;
    private const byte Id = 0x3D;
    private const byte FirstControl = 0x20;
    private const byte RangeControl = 0x21;
    private const byte ModeControl = 0x22;
    private const byte PerformanceControl = 0x23;
    private const byte BlockControl = 0x24;

    /// <summary>ST's chips increment the register address only if this bit is set.</summary>
    private const byte Burst = 0x80;
    /// <summary>The status register, followed by the data.</summary>
    private const byte Status = 0x27 | Burst;
    private const byte AllReady = 8;

    /// <summary>Temperature compensated, ultra-high performance, 2.5 Hz.</summary>
    private const byte FirstWord = 0xE8;

    /// <summary>Ultra-high performance along z.</summary>
    private const byte PerformanceWord = 0x0C;

    /// <summary>Block data update.</summary>
    private const byte BlockWord = 0x40;

    private const double TeslaPerGauss = 1e-4;

    /// <summary>One sample period, plus a tenth for the tolerance of its oscillator.</summary>
    private static readonly TimeSpan SamplePeriod = TimeSpan.FromMilliseconds(440);

    /// <summary>mG per count, by the range bits for 4, 8, 12 and 16 G.</summary>
    private static readonly double[] MilligaussPerCount = [0.14, 0.29, 0.43, 0.58];

    /// <inheritdoc/>
    public string Name => "lsm9ds1_magn";

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
        return device.Write(
        [
            (FirstControl, FirstWord),
            (RangeControl, 0),
            (PerformanceControl, PerformanceWord),
            (BlockControl, BlockWord),
            (ModeControl, 0),
        ]);
    }

    /// <inheritdoc/>
    public BusOutcome Measure(SectionBuilder into)
    {
        // The actual range is read back, because another program may have reconfigured the chip.
        Span<byte> data = stackalloc byte[7];
        var outcome = device.Read(RangeControl, out var range);
        outcome = outcome == BusOutcome.Ok
            ? device.ReadSample(Status, data, static data => (data[0] & AllReady) != 0, wait, SamplePeriod)
            : outcome;
        if (outcome == BusOutcome.Ok)
        {
            Convert(data[1..], range, into);
        }

        return outcome;
    }

    /// <inheritdoc/>
    public void Stop()
    {
        // Idle power is negligible, and nothing wears.
    }

    /// <summary>Converts the data registers to readings.</summary>
    /// <param name="data">Registers 0x28 to 0x2D.</param>
    /// <param name="control">CTRL_REG2_M, with the range bits.</param>
    /// <param name="into">Receives the readings.</param>
    internal static void Convert(ReadOnlySpan<byte> data, byte control, SectionBuilder into)
    {
        var perCount = MilligaussPerCount[(control >> 5) & 3] / 1000 * TeslaPerGauss;
        into.Set(SensorsSection.MagneticX, Axis.Value(data, perCount));
        into.Set(SensorsSection.MagneticY, Axis.Value(data[2..], perCount));
        into.Set(SensorsSection.MagneticZ, Axis.Value(data[4..], perCount));
    }
}
