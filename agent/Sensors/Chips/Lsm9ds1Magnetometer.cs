using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>ST LSM9DS1, the half with the magnetometer, on the Sense HAT.</summary>
/// <remarks>Source: LSM9DS1 datasheet (DocID025715), section 8 and table 3 (sensitivities). Axes are the chip's.
/// The field is the raw one: iron and currents nearby add some 50 µT,
/// so that it shows changes and no compass.</remarks>
/// <param name="device">Its address: 0x1C or 0x1E.</param>
/// <param name="wait">Waits for a sample.</param>
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

    /// <summary>Addresses of ST's chips go on by themselves only with this bit.</summary>
    private const byte Burst = 0x80;
    /// <summary>Status, and the data after it.</summary>
    private const byte Status = 0x27 | Burst;
    private const byte AllReady = 8;

    /// <summary>Temperature compensated, ultra-high performance, 2.5 samples a second.</summary>
    private const byte FirstWord = 0xE8;

    /// <summary>Ultra-high performance along z.</summary>
    private const byte PerformanceWord = 0x0C;

    /// <summary>Both bytes of a value from one sample.</summary>
    private const byte BlockWord = 0x40;

    private const double TeslaPerGauss = 1e-4;

    /// <summary>One sample, and a tenth more for its clock.</summary>
    private static readonly TimeSpan SamplePeriod = TimeSpan.FromMilliseconds(440);

    /// <summary>Thousandths of a gauss to a count, by the bits for 4, 8, 12 and 16 gauss.</summary>
    private static readonly double[] MilligaussPerCount = [0.14, 0.29, 0.43, 0.58];

    /// <inheritdoc/>
    public string Name => "lsm9ds1_magn";

    /// <inheritdoc/>
    public string PartNumber => "LSM9DS1";

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
        // The range is that which the chip has, not that asked for: another program may have set it up anew.
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
        // It uses next to nothing, and does not wear.
    }

    /// <summary>Makes readings of the data registers.</summary>
    /// <param name="data">Registers 0x28 to 0x2D.</param>
    /// <param name="control">CTRL_REG2_M, which has the range.</param>
    /// <param name="into">Where values go.</param>
    internal static void Convert(ReadOnlySpan<byte> data, byte control, SectionBuilder into)
    {
        var perCount = MilligaussPerCount[(control >> 5) & 3] / 1000 * TeslaPerGauss;
        into.Set(SensorsSection.MagneticX, Axis.Value(data, perCount));
        into.Set(SensorsSection.MagneticY, Axis.Value(data[2..], perCount));
        into.Set(SensorsSection.MagneticZ, Axis.Value(data[4..], perCount));
    }
}
