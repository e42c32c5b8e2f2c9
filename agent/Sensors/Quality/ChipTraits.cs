using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>What is known of a kind of chip, whoever reads it: how far its values are to be believed.</summary>
/// <remarks>Sources: the measuring ranges of the datasheets; for the gas sensor the range that its circuit can tell
/// and its time of heating. Of a chip that is not here nothing is known but the ranges of the fields.</remarks>
internal sealed record ChipTraits
{
    private const double BoschPascalsMin = 30_000;
    private const double BoschPascalsMax = 110_000;
    private const double GasOhmsMin = 100;
    private const double GasOhmsMax = 10_000_000;
    private const double ParticlesMax = 1000;

    /// <summary>Direct sunlight is 100 000 lux.</summary>
    private const double LuxMax = 120_000;

    private static readonly ChipTraits Unknown = new() { Part = string.Empty };

    private static readonly (FieldDefinition Field, double Min, double Max)[] ParticleLimits =
    [
        (SensorsSection.Pm1, 0, ParticlesMax), (SensorsSection.Pm25, 0, ParticlesMax),
        (SensorsSection.Pm10, 0, ParticlesMax),
    ];

    private static readonly ChipTraits[] Known =
    [
        new()
        {
            Part = "BME280",
            IsAboveCpu = true,
            Limits =
            [
                (SensorsSection.TemperatureCelsius, -40, 85),
                (SensorsSection.PressurePascals, BoschPascalsMin, BoschPascalsMax),
            ],
        },
        new()
        {
            Part = "BMP280",
            IsAboveCpu = true,
            Limits =
            [
                (SensorsSection.TemperatureCelsius, -40, 85),
                (SensorsSection.PressurePascals, BoschPascalsMin, BoschPascalsMax),
            ],
        },
        new()
        {
            Part = "HTS221",
            IsAboveCpu = true,
            Limits = [(SensorsSection.TemperatureCelsius, -40, 120)],
        },
        new()
        {
            Part = "LPS25H",
            IsAboveCpu = true,
            Limits =
            [
                (SensorsSection.TemperatureCelsius, -30, 105), (SensorsSection.PressurePascals, 26_000, 126_000),
            ],
        },
        new() { Part = "LTR559", Limits = [(SensorsSection.Lux, 0, LuxMax)] },
        new()
        {
            Part = "MICS6814",
            WarmUp = TimeSpan.FromMinutes(10),
            Limits =
            [
                (SensorsSection.OxidisingOhms, GasOhmsMin, GasOhmsMax),
                (SensorsSection.ReducingOhms, GasOhmsMin, GasOhmsMax),
                (SensorsSection.AmmoniaOhms, GasOhmsMin, GasOhmsMax),
            ],

            // The converter's steps of 3 mV are a tenth of the resistance near its upper end.
            Noisy = [SensorsSection.OxidisingOhms, SensorsSection.ReducingOhms, SensorsSection.AmmoniaOhms],
        },
        new() { Part = "PMS5003", Limits = ParticleLimits },

        // So the kernel's driver calls all of them. It gives single frames: one hair in the laser is a cloud for a
        // frame. Our own sends a mean.
        new()
        {
            Part = "PMS7003",
            Limits = ParticleLimits,
            Noisy = [SensorsSection.Pm1, SensorsSection.Pm25, SensorsSection.Pm10],
        },
    ];

    /// <summary>Gets the part number; the kernel writes it in lower case.</summary>
    public required string Part { get; init; }

    /// <summary>Gets how long it has to be on before it is believed.</summary>
    public TimeSpan WarmUp { get; init; }

    /// <summary>Gets what it can measure; anything else is a disturbance.</summary>
    public (FieldDefinition Field, double Min, double Max)[] Limits { get; init; } = [];

    /// <summary>Gets the values of which single ones leap, so that a median of the last is sent.</summary>
    public FieldDefinition[] Noisy { get; init; } = [];

    /// <summary>Gets a value indicating whether it sits above the processor of a Raspberry Pi, on a HAT.</summary>
    public bool IsAboveCpu { get; init; }

    /// <summary>Finds what is known of a chip.</summary>
    /// <param name="chip">What it is called in <see cref="SensorsSection.Chip"/>.</param>
    public static ChipTraits Find(string? chip)
    {
        foreach (var traits in Known)
        {
            if (string.Equals(traits.Part, chip, StringComparison.OrdinalIgnoreCase))
            {
                return traits;
            }
        }

        return Unknown;
    }
}
