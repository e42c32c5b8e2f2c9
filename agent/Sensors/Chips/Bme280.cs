using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>Bosch BME280: temperature, pressure, humidity; or BMP280, which lacks the last.</summary>
/// <remarks>
/// Source: BME280 datasheet (BST-BME280-DS002), section 5.
/// Forced mode, oversampling 1, no filter: the datasheet's recommendation for weather monitoring,
/// with the least self-heating.
/// </remarks>
/// <param name="device">The chip at 0x76 or 0x77.</param>
/// <param name="wait">Blocks for the duration of a conversion.</param>
internal sealed class Bme280(II2cDevice device, Action<TimeSpan> wait) : IChipDriver
{
    /// <summary>The BME280.</summary>
    public static readonly ChipModel Model = new()
    {
        PartNumber = "BME280",
        Addresses = [0x76, 0x77],
        CreateDriver = static (device, setup) => new Bme280(device, setup.Wait),
        IsAboveCpu = true,
        Limits = [(SensorsSection.TemperatureCelsius, -40, 85), (SensorsSection.PressurePascals, 30_000, 110_000)],
    };

    /// <summary>The BMP280, which has the same ranges and the same driver.</summary>
    public static readonly ChipModel Bmp280Model = Model with
    {
        PartNumber = "BMP280",
        Addresses = [],
        CreateDriver = null,
    };

    private const byte IdRegister = 0xD0;
    private const byte Bme280Id = 0x60;
    private const byte Bmp280Id = 0x58;
    private const byte Bmp280FirstSampleId = 0x56;
    private const byte Bmp280SecondSampleId = 0x57;
    private const byte ResetRegister = 0xE0;
    private const byte ResetWord = 0xB6;
    private const byte HumidityControl = 0xF2;
    private const byte Status = 0xF3;
    private const byte Control = 0xF4;
    private const byte Configuration = 0xF5;
    private const byte FirstCalibration = 0x88;
    private const byte SecondCalibration = 0xE1;
    private const byte Data = 0xF7;
    private const byte CopyingBit = 1;
    private const byte MeasuringBit = 8;

    /// <summary>Forced mode, oversampling 1 for temperature and pressure.</summary>
    private const byte MeasureOnce = 0x25;

    /// <summary>The register value of a skipped measurement of temperature or pressure.</summary>
    private const int Skipped = 0x80000;

    private const int HumiditySkipped = 0x8000;

    /// <summary>Polls of a busy bit before the chip counts as stuck.</summary>
    private const int PollsMax = 5;

    /// <summary>The datasheet's longest conversion at these settings is 9.3 ms.</summary>
    private static readonly TimeSpan ConversionTime = TimeSpan.FromMilliseconds(10);

    /// <summary>The NVM copy after a reset takes at most 2 ms.</summary>
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(2);

    private Bme280Calibration? _calibration;
    private bool _hasHumidity = true;

    /// <inheritdoc/>
    public string Name => _hasHumidity ? "bme280" : "bmp280";

    /// <inheritdoc/>
    public string PartNumber => (_hasHumidity ? Model : Bmp280Model).PartNumber;

    /// <inheritdoc/>
    public string Place => device.Name;

    /// <inheritdoc/>
    public TimeSpan Period => ChipModel.DefaultPeriod;

    /// <inheritdoc/>
    public ChipIdentity Identify()
    {
        var outcome = device.Read(IdRegister, out var id);
        var isKnown = id is Bme280Id or Bmp280Id or Bmp280FirstSampleId or Bmp280SecondSampleId;
        if (outcome == BusOutcome.Ok && isKnown)
        {
            _hasHumidity = id == Bme280Id;
        }

        return new ChipIdentity(outcome, outcome == BusOutcome.Ok && !isKnown ? id : null);
    }

    /// <inheritdoc/>
    public BusOutcome Start()
    {
        var outcome = device.Write(ResetRegister, ResetWord);
        return outcome == BusOutcome.Ok ? ReadCalibration() : outcome;
    }

    /// <inheritdoc/>
    public BusOutcome Measure(SectionBuilder into)
    {
        var outcome = BusOutcome.Ok;
        if (_hasHumidity)
        {
            // Takes effect only when ctrl_meas is written afterwards.
            outcome = device.Write(HumidityControl, 1);
        }

        outcome = outcome == BusOutcome.Ok ? device.Write(Control, MeasureOnce) : outcome;
        if (outcome != BusOutcome.Ok)
        {
            return outcome;
        }

        wait(ConversionTime);
        outcome = WaitUntilClear(MeasuringBit);
        if (outcome != BusOutcome.Ok)
        {
            return outcome;
        }

        Span<byte> data = stackalloc byte[_hasHumidity ? 8 : 6];
        outcome = device.Read(Data, data);
        if (outcome == BusOutcome.Ok)
        {
            Compensate(data, _calibration!, into);
        }

        return outcome;
    }

    /// <inheritdoc/>
    public void Stop()
    {
        // In sleep mode between measurements.
    }

    /// <summary>Converts the data registers to readings.</summary>
    /// <param name="data">Registers 0xF7 to 0xFE; 0xF7 to 0xFC of a BMP280.</param>
    /// <param name="calibration">The factory calibration.</param>
    /// <param name="into">Receives the readings.</param>
    internal static void Compensate(ReadOnlySpan<byte> data, Bme280Calibration calibration, SectionBuilder into)
    {
        var pressure = (data[0] << 12) | (data[1] << 4) | (data[2] >> 4);
        var temperature = (data[3] << 12) | (data[4] << 4) | (data[5] >> 4);

        // Compensated, a skipped value would look like a plausible temperature.
        if (temperature == Skipped)
        {
            return;
        }

        var fine = calibration.Fine(temperature);
        into.Set(SensorsSection.TemperatureCelsius, Bme280Calibration.Celsius(fine));
        if (pressure != Skipped && calibration.Pascals(pressure, fine) is { } pascals)
        {
            into.Set(SensorsSection.PressurePascals, pascals);
        }

        if (data.Length == 8 && ((data[6] << 8) | data[7]) is var humidity && humidity != HumiditySkipped)
        {
            into.Set(SensorsSection.HumidityRatio, calibration.HumidityRatio(humidity, fine));
        }
    }

    private BusOutcome ReadCalibration()
    {
        wait(PollTime);
        var outcome = WaitUntilClear(CopyingBit);
        Span<byte> first = stackalloc byte[Bme280Calibration.FirstLength];
        Span<byte> second = stackalloc byte[_hasHumidity ? Bme280Calibration.SecondLength : 0];
        outcome = outcome == BusOutcome.Ok ? device.Read(FirstCalibration, first) : outcome;
        if (outcome == BusOutcome.Ok && _hasHumidity)
        {
            outcome = device.Read(SecondCalibration, second);
        }

        outcome = outcome == BusOutcome.Ok ? device.Write(Configuration, 0) : outcome;
        if (outcome == BusOutcome.Ok)
        {
            _calibration = new Bme280Calibration(first, second);
        }

        return outcome;
    }

    private BusOutcome WaitUntilClear(byte bit)
    {
        for (var poll = 0; poll < PollsMax; poll++)
        {
            var outcome = device.Read(Status, out var status);
            if (outcome != BusOutcome.Ok || (status & bit) == 0)
            {
                return outcome;
            }

            wait(PollTime);
        }

        return BusOutcome.Failed;
    }
}
