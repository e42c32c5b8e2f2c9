using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>Plantower PMS5003: particles in the air, counted by a laser.</summary>
/// <remarks>
/// Source: Plantower's data manual; the vendor's library of the Enviro+ for the lines.
/// The laser lasts some 8000 hours, a year, so it runs for a minute in ten: half a minute until the air in it is that
/// of the room, then half a minute whose mean is sent. It sends by itself, a frame every 0.2 to 2.3 s.
/// Without the two lines of an Enviro+, as on a USB adapter, the commands do it.
/// What it says of ordinary air is sent, as the kernel's driver does,
/// not what it says of the particles that it is calibrated with. Allocates: nothing after the first measurement.
/// </remarks>
/// <param name="port">The serial port.</param>
/// <param name="enable">SET of the sensor: low, and it sleeps.</param>
/// <param name="reset">RESET of the sensor: low, and it stands still.</param>
/// <param name="isEnviroPlus">Whether the board is an Enviro+, which has the two lines.</param>
/// <param name="isNamed">Whether the port has been named: then it is looked for on any board.</param>
/// <param name="isTaken">Whether the port is somebody else's.</param>
/// <param name="wait">Waits for the sensor.</param>
/// <param name="time">The clock.</param>
internal sealed class Pms5003(
    SerialPort port,
    IGpioLine enable,
    IGpioLine reset,
    Func<bool> isEnviroPlus,
    bool isNamed,
    Func<bool> isTaken,
    Action<TimeSpan> wait,
    TimeProvider time)
    : IStreamSensor
{
    /// <summary>The PMS5003, read by this driver.</summary>
    public static readonly ChipModel Model = new()
    {
        PartNumber = "PMS5003",
        Limits =
        [
            (SensorsSection.Pm1, 0, ParticlesMax), (SensorsSection.Pm25, 0, ParticlesMax),
            (SensorsSection.Pm10, 0, ParticlesMax),
        ],
    };

    /// <summary>The name of the kernel's driver for the whole family.
    /// It reports single frames, in which one hair in the laser's beam is a cloud;
    /// this driver reports a mean.</summary>
    public static readonly ChipModel KernelModel = Model with
    {
        PartNumber = "pms7003",
        Noisy = [SensorsSection.Pm1, SensorsSection.Pm25, SensorsSection.Pm10],
    };

    /// <summary>From the data manual: the fan has to have changed the air in it.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(30);

    /// <summary>A dozen frames at least.</summary>
    public static readonly TimeSpan MeasureTime = TimeSpan.FromSeconds(30);

    /// <summary>Twice the longest time between two frames: after it nobody is there.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(5);

    /// <summary>The manual's time for the sensor to notice that a line has changed.</summary>
    private static readonly TimeSpan LineTime = TimeSpan.FromMilliseconds(100);

    /// <summary>How soon <see cref="Stop"/> is noticed.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(250);

    /// <summary>The kernel's driver stops there too; the sensor is specified up to half of it.</summary>
    private const double ParticlesMax = 1000;

    private readonly Pms5003Reader _reader = new();
    private bool _hasLines;
    private bool _isTaken;
    private volatile bool _isWarmingUp;
    private volatile bool _isStopping;

    /// <inheritdoc/>
    public string Name => "pms5003";

    /// <inheritdoc/>
    public string PartNumber => "PMS5003";

    /// <inheritdoc/>
    public TimeSpan Period => TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public bool IsWarmingUp => _isWarmingUp;

    private static ReadOnlySpan<byte> Sleep => [0x42, 0x4D, 0xE4, 0x00, 0x00, 0x01, 0x73];

    private static ReadOnlySpan<byte> Wake => [0x42, 0x4D, 0xE4, 0x00, 0x01, 0x01, 0x74];

    /// <summary>Sends by itself. It does after a reset, but there may be no line for that.</summary>
    private static ReadOnlySpan<byte> Active => [0x42, 0x4D, 0xE1, 0x00, 0x01, 0x01, 0x71];

    /// <inheritdoc/>
    public string Device => port.Path;

    /// <inheritdoc/>
    public bool IsPresent()
    {
        // On another board the two lines may be somebody else's.
        _hasLines |= isEnviroPlus();
        _isTaken = isTaken();
        return (_hasLines || isNamed) && File.Exists(port.Path);
    }

    /// <inheritdoc/>
    public DeviceOutcome Measure(SectionBuilder into)
    {
        var outcome = _isTaken ? DeviceOutcome.Busy : Begin();
        if (outcome == DeviceOutcome.Ok)
        {
            outcome = Listen(into);
            _isWarmingUp = false;
            End();
        }

        port.Dispose();
        return outcome;
    }

    /// <inheritdoc/>
    public void Stop() => _isStopping = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        port.Dispose();
        enable.Dispose();
        reset.Dispose();
    }

    private DeviceOutcome Begin()
    {
        // Where the lines cannot be had, the sensor's own resistors hold them high.
        if (_hasLines && enable.Write(true) == DeviceOutcome.Ok && reset.Write(false) == DeviceOutcome.Ok)
        {
            wait(LineTime);
            _ = reset.Write(true);
        }

        var outcome = port.Write(Wake);
        if (outcome == DeviceOutcome.Ok)
        {
            wait(LineTime);
            outcome = port.Write(Active);
        }

        return outcome;
    }

    private void End()
    {
        // What fails here has failed before, or is found the next time.
        _ = port.Write(Sleep);
        if (_hasLines)
        {
            wait(LineTime);
            _ = enable.Write(false);
        }
    }

    private DeviceOutcome Listen(SectionBuilder into)
    {
        var (pm1, pm25, pm10, count) = (0L, 0L, 0L, 0);
        var start = time.GetTimestamp();
        var heard = start;
        var skipped = _reader.BytesSkipped;
        _reader.Clear();
        while (!_isStopping)
        {
            var outcome = port.Read(_reader.Free, Slice, out var length);
            if (outcome != DeviceOutcome.Ok)
            {
                return outcome;
            }

            _reader.Advance(length);
            while (_reader.TryTake(out var frame))
            {
                heard = time.GetTimestamp();
                _isWarmingUp = time.GetElapsedTime(start) < WarmUp;
                if (!_isWarmingUp && !frame.IsEmpty && frame.ErrorCode == 0)
                {
                    (pm1, pm25, pm10, count) = (pm1 + frame.Pm1, pm25 + frame.Pm25, pm10 + frame.Pm10, count + 1);
                }
            }

            if (time.GetElapsedTime(heard) > SilenceMax)
            {
                // Something that is no frame: another device is there, or the line is disturbed.
                return _reader.BytesSkipped > skipped ? DeviceOutcome.Failed : DeviceOutcome.Absent;
            }

            if (time.GetElapsedTime(start) >= WarmUp + MeasureTime)
            {
                break;
            }
        }

        if (count == 0)
        {
            // It speaks, but of its own faults only.
            return DeviceOutcome.Failed;
        }

        into.Set(SensorsSection.Pm1, Mean(pm1, count));
        into.Set(SensorsSection.Pm25, Mean(pm25, count));
        into.Set(SensorsSection.Pm10, Mean(pm10, count));
        return DeviceOutcome.Ok;
    }

    private static double Mean(long sum, int count) => Math.Min((double)sum / count, ParticlesMax);
}
