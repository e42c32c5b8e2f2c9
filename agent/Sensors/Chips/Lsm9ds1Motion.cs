using System.Buffers.Binary;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>The accelerometer and gyroscope of an ST LSM9DS1, on the Sense HAT.</summary>
/// <remarks>Source: LSM9DS1 datasheet (DocID025715), section 7 and table 3 (sensitivities). Axes are those of the chip.
/// Each of the two has its own entry, named as by the kernel's driver.</remarks>
/// <param name="device">The chip at 0x6A or 0x6B.</param>
/// <param name="wait">Blocks until the next sample.</param>
internal sealed class Lsm9ds1Motion(II2cDevice device, Action<TimeSpan> wait) : IChipDriver
{
    /// <summary>The accelerometer and gyroscope of the LSM9DS1.</summary>
    public static readonly ChipModel Model = new()
    {
        PartNumber = "LSM9DS1",
        Addresses = [0x6A, 0x6B],
        CreateDriver = static (device, setup) => new Lsm9ds1Motion(device, setup.Wait),
    };

    private const string GyroscopeName = "lsm9ds1_gyro";
    private const byte IdRegister = 0x0F;
    private const byte Id = 0x68;
    private const byte GyroscopeControl = 0x10;
    private const byte GyroscopeAxes = 0x1E;
    private const byte AccelerationAxes = 0x1F;
    private const byte AccelerationControl = 0x20;
    private const byte Control = 0x22;

    /// <summary>Temperature, status and gyroscope: 0x15 to 0x1D.</summary>
    private const byte FirstData = 0x15;
    private const int FirstLength = 9;
    private const byte AccelerationData = 0x28;
    private const int StatusOffset = 2;
    private const int GyroscopeOffset = 3;
    private const byte BothReady = 3;
    private const byte AllAxes = 0x38;

    /// <summary>14.9 Hz, the lowest rate at which both run; ±245 °/s; ±2 g.</summary>
    private const byte SlowestWord = 0x20;

    /// <summary>Block data update, automatic address increment.</summary>
    private const byte ControlWord = 0x44;

    private const double StandardGravity = 9.80665;
    private const double CountsPerCelsius = 16;
    private const double CelsiusAtZero = 25;

    /// <summary>A few samples after the gyroscope has started.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(300);

    /// <summary>mg per count, by the range bits for 2, 16, 4 and 8 g.
    /// According to the datasheet, 16 g is not exactly 8 times as coarse as 2 g.</summary>
    private static readonly double[] MilligravitiesPerCount = [0.061, 0.732, 0.122, 0.244];

    /// <summary>m°/s per count, by the range bits for 245, 500, reserved and 2000 °/s.</summary>
    private static readonly double?[] MillidegreesPerCount = [8.75, 17.5, null, 70];

    /// <inheritdoc/>
    public string Name => "lsm9ds1_accel";

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
            (Control, ControlWord),
            (GyroscopeControl, SlowestWord),
            (GyroscopeAxes, AllAxes),
            (AccelerationAxes, AllAxes),
            (AccelerationControl, SlowestWord),
        ]);
    }

    /// <inheritdoc/>
    public BusOutcome Measure(SectionBuilder into)
    {
        // The actual ranges are read back, because another program may have reconfigured the chip.
        Span<byte> ranges = stackalloc byte[2];
        Span<byte> first = stackalloc byte[FirstLength];
        Span<byte> acceleration = stackalloc byte[6];
        var outcome = device.Read(GyroscopeControl, ranges[..1]);
        outcome = outcome == BusOutcome.Ok ? device.Read(AccelerationControl, ranges[1..]) : outcome;
        outcome = outcome == BusOutcome.Ok
            ? device.ReadSample(
                FirstData, first, static data => (data[StatusOffset] & BothReady) == BothReady, wait, SettleTime)
            : outcome;
        outcome = outcome == BusOutcome.Ok ? device.Read(AccelerationData, acceleration) : outcome;
        if (outcome != BusOutcome.Ok)
        {
            return outcome;
        }

        into.Set(SensorsSection.TemperatureCelsius, Celsius(first));
        SetAcceleration(acceleration, ranges[1], into);
        if (into.Begin(GyroscopeName))
        {
            into.Set(SensorsSection.Chip, PartNumber);
            SetRotation(first[GyroscopeOffset..], ranges[0], into);
        }

        return BusOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Stop()
    {
        // Idle power is negligible, and nothing wears.
    }

    /// <summary>Gets the temperature, from registers 0x15 and 0x16.</summary>
    internal static double Celsius(ReadOnlySpan<byte> data) =>
        CelsiusAtZero + (BinaryPrimitives.ReadInt16LittleEndian(data) / CountsPerCelsius);

    /// <summary>Converts the data of the accelerometer.</summary>
    /// <param name="data">Registers 0x28 to 0x2D.</param>
    /// <param name="control">CTRL_REG6_XL, with the range bits.</param>
    /// <param name="into">Receives the readings.</param>
    internal static void SetAcceleration(ReadOnlySpan<byte> data, byte control, SectionBuilder into)
    {
        var perCount = MilligravitiesPerCount[(control >> 3) & 3] / 1000 * StandardGravity;
        into.Set(SensorsSection.AccelerationX, Axis.Value(data, perCount));
        into.Set(SensorsSection.AccelerationY, Axis.Value(data[2..], perCount));
        into.Set(SensorsSection.AccelerationZ, Axis.Value(data[4..], perCount));
    }

    /// <summary>Converts the data of the gyroscope.</summary>
    /// <param name="data">Registers 0x18 to 0x1D.</param>
    /// <param name="control">CTRL_REG1_G, with the range bits.</param>
    /// <param name="into">Receives the readings.</param>
    internal static void SetRotation(ReadOnlySpan<byte> data, byte control, SectionBuilder into)
    {
        if (MillidegreesPerCount[(control >> 3) & 3] is not { } millidegrees)
        {
            return;
        }

        var perCount = millidegrees / 1000 * Math.PI / 180;
        into.Set(SensorsSection.RotationX, Axis.Value(data, perCount));
        into.Set(SensorsSection.RotationY, Axis.Value(data[2..], perCount));
        into.Set(SensorsSection.RotationZ, Axis.Value(data[4..], perCount));
    }
}
