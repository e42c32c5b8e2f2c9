using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Sensors.Iio;

/// <summary>The light of an LTR559 from its two raw channels.</summary>
/// <remarks>Source: drivers/iio/light/ltr501.c of the kernel, whose <c>in_illuminance_input</c> has the coefficients of
/// another chip and knows neither gain nor time, so that it is right for a gain of 1 and 100 ms at best.</remarks>
internal sealed class IioLight : IIioValue
{
    private const string Both = "in_intensity_both_raw";
    private const string Infrared = "in_intensity_ir_raw";
    private const string Scale = "in_intensity_scale";
    private const string IntegrationTime = "in_intensity_integration_time";

    /// <summary>Scales are told in hundredths at least: no two gains are nearer than this.</summary>
    private const double ScaleTolerance = 0.004;

    /// <summary>The scale that the driver gives for each gain.</summary>
    private static readonly (double Scale, int Gain)[] Gains =
        [(1, 1), (0.5, 2), (0.25, 4), (0.125, 8), (0.02, 48), (0.01, 96)];

    private readonly KernelNumber _both;
    private readonly KernelNumber _infrared;
    private readonly KernelNumber _scale;
    private readonly KernelNumber _integrationTime;

    /// <summary>Initializes a new instance of the <see cref="IioLight"/> class.</summary>
    /// <param name="folder">The device.</param>
    /// <param name="name">The name of the entry that it is sent in.</param>
    /// <param name="chip">The part number that it is sent with.</param>
    public IioLight(string folder, string name, string chip)
    {
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
            || GainOf(scale) is not { } gain
            || Ltr559.Lux(both, infrared, gain, seconds * 1000) is not { } lux)
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

    private static int? GainOf(double scale)
    {
        foreach (var (known, gain) in Gains)
        {
            if (Math.Abs(scale - known) < ScaleTolerance)
            {
                return gain;
            }
        }

        return null;
    }
}
