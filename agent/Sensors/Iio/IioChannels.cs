using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Sensors.Iio;

/// <summary>Finds the channels of an IIO device by its file names.</summary>
internal sealed class IioChannels
{
    /// <summary>ADCs have up to a few dozen inputs.</summary>
    private const int CountMax = 64;
    private const int LabelBytesMax = 64;
    private const string Prefix = "in_";
    private const string Raw = "_raw";
    private const string Processed = "_input";

    private static readonly IioChannelKind Gain = new(SensorsSection.LightGain, 1, IioScale.Counts);
    private static readonly IioChannelKind Integration = new(SensorsSection.IntegrationSeconds, 1, IioScale.Counts);

    private readonly string _folder;
    private readonly HashSet<string> _files;
    private readonly ChipModel? _model;
    private readonly string _title;
    private readonly string _part;
    private readonly EnviroPlus? _board;
    private readonly List<IIioValue> _found = [];

    private IioChannels(string folder, string chip, string title, EnviroPlus? board)
    {
        _folder = folder;
        _files = [.. KernelRoots.Files(folder)];
        _title = title;
        _model = ChipModels.FindByKernelName(chip);
        _part = _model?.PartNumber ?? chip;
        _board = board;
    }

    /// <summary>Finds the channels of a device.</summary>
    /// <remarks>
    /// Source: Documentation/ABI/testing/sysfs-bus-iio. Shape: <c>in_TYPE[NUMBER][_MODIFIER]_raw</c>,
    /// or <c>_input</c> if the driver has scaled the value. Scale and offset belong to the channel,
    /// otherwise to all channels of the type. Differential channels (<c>in_voltage0-voltage1</c>) are omitted:
    /// they follow from their inputs.
    /// </remarks>
    /// <param name="folder">The directory of the device.</param>
    /// <param name="chip">The kernel's name of the chip.</param>
    /// <param name="title">The name of the entry. The inputs of an ADC append their own.</param>
    /// <param name="board">The Enviro+ whose ADC this is; <see langword="null"/> for other devices.</param>
    public static IReadOnlyList<IIioValue> Find(string folder, string chip, string title, EnviroPlus? board) =>
        new IioChannels(folder, chip, title, board).FindAll();

    private List<IIioValue> FindAll()
    {
        foreach (var file in _files.Order(StringComparer.Ordinal))
        {
            var suffix = file.EndsWith(Processed, StringComparison.Ordinal) ? Processed : Raw;
            if (_found.Count == CountMax
                || !file.StartsWith(Prefix, StringComparison.Ordinal)
                || !file.EndsWith(suffix, StringComparison.Ordinal)
                || file.Length <= Prefix.Length + suffix.Length)
            {
                continue;
            }

            var channel = file[..^suffix.Length];
            if (suffix == Processed || !_files.Contains(channel + Processed))
            {
                Add(channel, suffix);
            }
        }

        if (_model?.KernelLux is { } lux)
        {
            _found.Add(new IioIlluminance(_folder, _title, _part, lux));
        }

        return _found;
    }

    private void Add(string channel, string suffix)
    {
        // TYPE, NUMBER and MODIFIER of the channel.
        var body = channel.AsSpan(Prefix.Length);
        var typeLength = body.IndexOfAnyExceptInRange('a', 'z');
        var type = (typeLength < 0 ? body : body[..typeLength]).ToString();
        var rest = body[type.Length..];
        var numberLength = rest.IndexOfAnyExceptInRange('0', '9');
        var number = numberLength < 0 ? rest : rest[..numberLength];
        var modifier = rest[number.Length..].ToString();
        var kind = IioChannelKind.Find(_model, type + modifier);
        if (kind is not null)
        {
            modifier = string.Empty;
        }

        kind ??= IioChannelKind.Find(_model, type);
        if (kind is null
            || modifier.Contains('-', StringComparison.Ordinal)
            || (_model?.KernelLux is not null && kind.Field == SensorsSection.Lux))
        {
            return;
        }

        if (kind.Field == SensorsSection.ClearCounts)
        {
            AddSettings(type);
        }

        var scale = FindAttribute(channel, type, "_scale");
        var offset = FindAttribute(channel, type, "_offset");
        if (suffix == Processed || kind.Scale == IioScale.Counts)
        {
            (scale, offset) = (null, null);
        }
        else if (scale is null && kind.Scale == IioScale.Needed)
        {
            return;
        }

        var gas = _board is not null && kind.Field == SensorsSection.Volts
            ? IioChannelKind.FindGas(number, _board)
            : null;
        var file = Path.Join(_folder, channel + suffix);
        _found.Add(gas is null
            ? new IioChannel(GetEntryName(channel, type, number, modifier), _part, kind, file, scale, offset)
            : new IioChannel(Mics6814.Name, Mics6814.Model.PartNumber, gas, file, scale, offset));
    }

    /// <summary>Adds the gain and the integration time, without which light counts mean nothing.</summary>
    private void AddSettings(string type)
    {
        foreach (var (kind, setting) in new[] { (Gain, "_calibscale"), (Integration, "_integration_time") })
        {
            if (_files.Contains(Prefix + type + setting))
            {
                _found.Add(new IioChannel(
                    _title, _part, kind, Path.Join(_folder, Prefix + type + setting), null, null));
            }
        }
    }

    private string? FindAttribute(string channel, string type, string suffix) =>
        _files.Contains(channel + suffix) ? Path.Join(_folder, channel + suffix)
        : _files.Contains(Prefix + type + suffix) ? Path.Join(_folder, Prefix + type + suffix)
        : null;

    private string GetEntryName(string channel, string type, ReadOnlySpan<char> number, string modifier)
    {
        if (number.IsEmpty && modifier.Length == 0)
        {
            return _title;
        }

        var label = KernelText.ReadFile(Path.Join(_folder, channel + "_label"), LabelBytesMax);
        return label is null
            ? SensorNames.Plain($"{_title}_{type}{number}{modifier}")
            : SensorNames.Plain($"{_title}_{label}");
    }
}
