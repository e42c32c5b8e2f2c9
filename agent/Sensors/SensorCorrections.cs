using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors;

/// <summary>Derives readings from those of all sensors: temperature and humidity compensated for CPU heat, dew point,
/// pressure reduced to sea level, gas resistance relative to its baseline.</summary>
/// <remarks>Runs after all sensor samplers and the CPU temperature.
/// Allocates nothing once each sensor has been seen.</remarks>
internal sealed partial class SensorCorrections : ISampler, IDisposable
{
    private readonly CorrectionSettings _settings;
    private readonly ILogger _logger;
    private readonly LogThrottle _throttle;
    private readonly CpuHeat _heat;
    private readonly GasBaselines _gas;
    private readonly GasBaselineFile? _file;

    /// <summary>Initializes a new instance of the <see cref="SensorCorrections"/> class.</summary>
    /// <param name="settings">The corrections.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public SensorCorrections(CorrectionSettings settings, TimeProvider time, ILogger logger)
    {
        _settings = settings;
        _logger = logger;
        _throttle = new LogThrottle(time);
        _heat = new CpuHeat(time);
        _gas = new GasBaselines(time);
        _file = settings.StateDirectory is { } directory ? new GasBaselineFile(directory, _gas, time) : null;
    }

    /// <inheritdoc/>
    public string Name => "sensors";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        if (into.Number(CpuSummarySection.TemperatureCelsius) is { } cpu)
        {
            _heat.Add(cpu);
        }

        var section = into.Section(SensorsSection.Definition);
        for (var index = 0; index < section.EntryCount; index++)
        {
            section.Resume(index);
            CorrectTemperature(section);
            if (_settings.AltitudeMetres is { } altitude
                && section.Number(SensorsSection.PressurePascals) is { } pascals)
            {
                section.Set(SensorsSection.SeaLevelPressurePascals, Air.SeaLevelPascals(pascals, altitude));
            }

            _gas.Apply(section);
        }

        _file?.SaveWhenDue();
        LogProblem();
        return section.EntryCount > 0 ? SampleOutcome.Ok : SampleOutcome.NoData;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        LogProblem();
    }

    private void CorrectTemperature(SectionBuilder entry)
    {
        if (entry.Number(SensorsSection.TemperatureCelsius) is not { } raw)
        {
            return;
        }

        var humidity = entry.Number(SensorsSection.HumidityRatio);
        if (humidity is { } ratio)
        {
            // CPU heat does not change the amount of water vapour, so the dew point needs no compensation.
            entry.Set(SensorsSection.DewPointCelsius, Air.DewPointCelsius(raw, ratio));
        }

        var isAboveCpu = ChipModels.Find(entry.Text(SensorsSection.Chip)).IsAboveCpu;
        var factor = _settings.TemperatureFactor.Find(entry.Name!, isAboveCpu);
        var offset = _settings.TemperatureOffset.Find(entry.Name!, isAboveCpu);
        if (factor is null && offset is null)
        {
            return;
        }

        // An uncompensated value must not be mistaken for a compensated one.
        entry.Remove(SensorsSection.TemperatureCelsius);
        entry.Remove(SensorsSection.HumidityRatio);
        entry.Set(SensorsSection.TemperatureRawCelsius, raw);
        entry.Set(SensorsSection.HumidityRawRatio, humidity);
        var air = factor is not { } divisor ? raw
            : _heat.MeanCelsius is { } cpu ? CpuHeat.Compensate(raw, cpu, divisor)
            : (double?)null;
        if (air + (offset ?? 0) is { } celsius && entry.Set(SensorsSection.TemperatureCelsius, celsius)
            && humidity is { } measured)
        {
            entry.Set(SensorsSection.HumidityRatio, Air.HumidityRatioAt(celsius, measured, raw));
        }
    }

    private void LogProblem()
    {
        if (_file?.TakeProblem() is { } problem && _throttle.TryPass(out _))
        {
            Log.FileProblem(_logger, _file.FullName, problem);
        }
    }
}
