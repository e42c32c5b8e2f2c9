using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>Plantower PMS5003 particle counter.</summary>
/// <remarks>
/// Source: Plantower's data manual; the Enviro+ library of the board vendor for the GPIO lines.
/// The laser lasts some 8000 hours (a year), so it runs for one minute in ten:
/// half a minute to exchange the air inside, then half a minute whose mean is sent.
/// The sensor sends a frame every 0.2 to 2.3 s on its own. Without the two lines of an Enviro+, as on a USB adapter,
/// it is put to sleep by commands. The values for atmospheric air are sent, as by the kernel's driver,
/// not those for calibration particles. Allocates: nothing after the first measurement.
/// </remarks>
/// <param name="port">The serial port.</param>
/// <param name="enable">The SET line; low puts the sensor to sleep.</param>
/// <param name="reset">The RESET line, active low.</param>
/// <param name="isEnviroPlus">Whether the board is an Enviro+, which has the two lines.</param>
/// <param name="isNamed">Whether the port was configured; the sensor is then expected on any board.</param>
/// <param name="isTaken">Returns whether another program, such as a console, uses the port.</param>
/// <param name="wait">Blocks for a duration.</param>
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

    /// <summary>Data manual: the time the fan needs to exchange the air inside.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(30);

    /// <summary>At least a dozen frames.</summary>
    public static readonly TimeSpan MeasureTime = TimeSpan.FromSeconds(30);

    /// <summary>Twice the longest time between two frames; after that the sensor is absent.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(5);

    /// <summary>Data manual: the time until the sensor reacts to a line.</summary>
    private static readonly TimeSpan LineTime = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest delay until <see cref="Stop"/> takes effect.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(250);

    /// <summary>The limit of the kernel's driver; the sensor is specified up to half of it.</summary>
    private const double ParticlesMax = 1000;

    private readonly Pms5003Reader _reader = new();
    private bool _hasLines;
    private bool _isTaken;
    private volatile bool _isWarmingUp;
    private volatile bool _isStopping;

    /// <inheritdoc/>
    public string Name => "pms5003";

    /// <inheritdoc/>
    public string PartNumber => Model.PartNumber;

    /// <inheritdoc/>
    public TimeSpan Period => TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public bool IsWarmingUp => _isWarmingUp;

    private static ReadOnlySpan<byte> Sleep => [0x42, 0x4D, 0xE4, 0x00, 0x00, 0x01, 0x73];

    private static ReadOnlySpan<byte> Wake => [0x42, 0x4D, 0xE4, 0x00, 0x01, 0x01, 0x74];

    /// <summary>Active mode. The sensor is in this mode after a reset, but the RESET line may be missing.</summary>
    private static ReadOnlySpan<byte> Active => [0x42, 0x4D, 0xE1, 0x00, 0x01, 0x01, 0x71];

    /// <inheritdoc/>
    public string Device => port.Path;

    /// <inheritdoc/>
    public bool IsPresent()
    {
        // On other boards these two lines may serve another purpose.
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
            outcome = ReadFrames(into);
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
        // If the lines are not available, the sensor's pull-ups keep them high.
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
        // A failure here has been reported before, or is detected next time.
        _ = port.Write(Sleep);
        if (_hasLines)
        {
            wait(LineTime);
            _ = enable.Write(false);
        }
    }

    private DeviceOutcome ReadFrames(SectionBuilder into)
    {
        var (pm1, pm25, pm10, count) = (0L, 0L, 0L, 0);
        var start = time.GetTimestamp();
        var received = start;
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
                received = time.GetTimestamp();
                _isWarmingUp = time.GetElapsedTime(start) < WarmUp;
                if (!_isWarmingUp && !frame.IsEmpty && frame.ErrorCode == 0)
                {
                    (pm1, pm25, pm10, count) = (pm1 + frame.Pm1, pm25 + frame.Pm25, pm10 + frame.Pm10, count + 1);
                }
            }

            if (time.GetElapsedTime(received) > SilenceMax)
            {
                // Not a frame: another device is connected, or the line is disturbed.
                return _reader.BytesSkipped > skipped ? DeviceOutcome.Failed : DeviceOutcome.Absent;
            }

            if (time.GetElapsedTime(start) >= WarmUp + MeasureTime)
            {
                break;
            }
        }

        if (count == 0)
        {
            // The sensor sends frames, but only with error codes.
            return DeviceOutcome.Failed;
        }

        into.Set(SensorsSection.Pm1, Mean(pm1, count));
        into.Set(SensorsSection.Pm25, Mean(pm25, count));
        into.Set(SensorsSection.Pm10, Mean(pm10, count));
        return DeviceOutcome.Ok;
    }

    private static double Mean(long sum, int count) => Math.Min((double)sum / count, ParticlesMax);
}
