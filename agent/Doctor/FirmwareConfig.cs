namespace NodeTelemetry.Agent.Doctor;

/// <summary>The settings in a Raspberry Pi's <c>config.txt</c>.</summary>
/// <remarks>Source: the firmware's documentation of config.txt: <c>dtparam=i2c_arm=on,spi=on</c>,
/// <c>dtoverlay=spi0-2cs,no_miso</c>, filters such as <c>[pi4]</c>; the last line wins.
/// Filters other than by model count as met: a missed warning is better than a false one.</remarks>
internal sealed class FirmwareConfig
{
    /// <summary>Prefixes of model names by filter.</summary>
    private static readonly (string Filter, string[] Models)[] Filters =
    [
        ("pi1", ["Raspberry Pi Model"]),
        ("pi2", ["Raspberry Pi 2"]),
        ("pi3", ["Raspberry Pi 3", "Raspberry Pi Compute Module 3"]),
        ("pi3+", ["Raspberry Pi 3 Model B Plus", "Raspberry Pi 3 Model A Plus"]),
        ("pi4", ["Raspberry Pi 4", "Raspberry Pi Compute Module 4"]),
        ("pi400", ["Raspberry Pi 400"]),
        ("cm4", ["Raspberry Pi Compute Module 4"]),
        ("pi5", ["Raspberry Pi 5", "Raspberry Pi Compute Module 5"]),
        ("pi500", ["Raspberry Pi 500"]),
        ("cm5", ["Raspberry Pi Compute Module 5"]),
        ("pi0", ["Raspberry Pi Zero"]),
        ("pi0w", ["Raspberry Pi Zero W", "Raspberry Pi Zero 2 W"]),
        ("pi02", ["Raspberry Pi Zero 2"]),
        ("none", []),
    ];

    private readonly Dictionary<string, string> _values = [];
    private readonly List<string[]> _overlays = [];

    /// <summary>Initializes a new instance of the <see cref="FirmwareConfig"/> class.</summary>
    /// <param name="lines">The file's lines; none if there is no such file.</param>
    /// <param name="model">The board's model in the device tree.</param>
    public FirmwareConfig(IReadOnlyList<string> lines, string? model)
    {
        IsReadable = lines.Count > 0;
        var isMet = true;
        foreach (var line in lines.Select(static line => line.Trim()))
        {
            if (line.StartsWith('[') && line.EndsWith(']'))
            {
                isMet = IsMet(line[1..^1], model ?? string.Empty);
            }
            else if (isMet && !line.StartsWith('#')
                && line.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            {
                Take(line[..equals].Trim(), line[(equals + 1)..].Trim());
            }
        }
    }

    /// <summary>Gets a value indicating whether the file could be read.</summary>
    public bool IsReadable { get; }

    /// <summary>Gets whether a setting or device tree parameter is on.</summary>
    public bool IsOn(string name) => _values.GetValueOrDefault(name) is "on" or "1" or "yes" or "true";

    /// <summary>Gets whether an overlay is configured, optionally with a parameter.</summary>
    public bool HasOverlay(string name, string? parameter = null) =>
        _overlays.Any(words => words[0] == name
            && (parameter is null || Array.IndexOf(words, parameter, 1) > 0));

    private static bool IsMet(string filter, string model)
    {
        foreach (var (name, models) in Filters)
        {
            if (name == filter)
            {
                return Array.Exists(models, start => model.StartsWith(start, StringComparison.Ordinal));
            }
        }

        return true;
    }

    private void Take(string name, string value)
    {
        if (name == "dtoverlay")
        {
            _overlays.Add(value.Split((char[])[',', ':'], StringSplitOptions.TrimEntries));
        }
        else if (name == "dtparam")
        {
            foreach (var setting in value.Split(','))
            {
                var equals = setting.IndexOf('=', StringComparison.Ordinal);
                _values[equals < 0 ? setting.Trim() : setting[..equals].Trim()] =
                    equals < 0 ? "on" : setting[(equals + 1)..].Trim();
            }
        }
        else
        {
            _values[name] = value;
        }
    }
}
