using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Sensors.Iio;

/// <summary>The illuminance from two raw channels, for chips whose <see cref="ChipModel.KernelLux"/> is set.</summary>
/// <remarks>Source: drivers/iio/light/ltr501.c.</remarks>
internal sealed class IioIlluminance : IIioValue
{
    private const string Both = "in_intensity_both_raw";
    private const string Infrared = "in_intensity_ir_raw";
    private const string Scale = "in_intensity_scale";
    private const string IntegrationTime = "in_intensity_integration_time";

    /// <summary>The kernel prints scales with at least two decimals: no two gains are closer than this.</summary>
    private const double ScaleTolerance = 0.004;

    /// <summary>The scale that the kernel driver reports for each gain.</summary>
    private static readonly (double Scale, int Gain)[] Gains =
        [(1, 1), (0.5, 2), (0.25, 4), (0.125, 8), (0.02, 48), (0.01, 96)];

    private readonly Func<double, double, double, double, double?> _lux;
    private readonly KernelNumber _both;
    private readonly KernelNumber _infrared;
    private readonly KernelNumber _scale;
    private readonly KernelNumber _integrationTime;

    /// <summary>Initializes a new instance of the <see cref="IioIlluminance"/> class.</summary>
    /// <param name="folder">The directory of the device.</param>
    /// <param name="name">The name of the entry.</param>
    /// <param name="chip">The part number.</param>
    /// <param name="lux">The formula.</param>
    public IioIlluminance(
        string folder, string name, string chip, Func<double, double, double, double, double?> lux)
    {
        _lux = lux;
        Name = name;
        Chip = chip;
        _both = new KernelNumber(Path.Join(folder, Both));
        _infrared = new KernelNumber(Path.Join(folder, Infrared));
        _scale = new KernelNumber(Path.Join(folder, Scale));
        _integrationTime = new KernelNumber(Path.Join(folder, IntegrationTime));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Chip { get; }

    /// <inheritdoc/>
    public FieldDefinition Field => SensorsSection.Lux;

    /// <inheritdoc/>
    public bool TryRead(out double value)
    {
        value = 0;
        if (!_both.TryRead(out var both) || !_infrared.TryRead(out var infrared)
            || !_scale.TryRead(out var scale) || !_integrationTime.TryRead(out var seconds)
            || FindGain(scale) is not { } gain
            || _lux(both, infrared, gain, seconds * 1000) is not { } lux)
        {
            return false;
        }

        value = lux;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _both.Dispose();
        _infrared.Dispose();
        _scale.Dispose();
        _integrationTime.Dispose();
    }

    private static int? FindGain(double scale)
    {
        foreach (var (candidate, gain) in Gains)
        {
            if (Math.Abs(scale - candidate) < ScaleTolerance)
            {
                return gain;
            }
        }

        return null;
    }
}
