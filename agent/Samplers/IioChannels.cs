using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers;

/// <summary>Finds the channels of an IIO device by the names of its files.</summary>
internal static class IioChannels
{
    /// <summary>Converters have up to some dozen inputs.</summary>
    private const int CountMax = 64;
    private const int LabelBytesMax = 64;
    private const string Prefix = "in_";
    private const string Raw = "_raw";
    private const string Processed = "_input";

    /// <summary>Finds them.</summary>
    /// <remarks>
    /// Source: Documentation/ABI/testing/sysfs-bus-iio. Shape: <c>in_TYPE[NUMBER][_MODIFIER]_raw</c>, or <c>_input</c>
    /// where the driver scales itself. Scale and offset belong to the channel, or else to all of its type. Differences
    /// of two inputs (<c>in_voltage0-voltage1</c>) follow from the inputs.
    /// </remarks>
    /// <param name="folder">The device.</param>
    /// <param name="chip">What the kernel calls it.</param>
    /// <param name="title">The name that it is sent under; a converter's inputs have names of their own after
    /// it.</param>
    public static IReadOnlyList<IioChannel> Find(string folder, string chip, string title)
    {
        var files = new HashSet<string>(KernelRoots.Files(folder));
        var channels = new List<IioChannel>();
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            var suffix = file.EndsWith(Processed, StringComparison.Ordinal) ? Processed : Raw;
            if (channels.Count == CountMax
                || !file.StartsWith(Prefix, StringComparison.Ordinal)
                || !file.EndsWith(suffix, StringComparison.Ordinal)
                || file.Length <= Prefix.Length + suffix.Length)
            {
                continue;
            }

            var channel = file[..^suffix.Length];
            if (suffix == Processed || !files.Contains(channel + Processed))
            {
                Add(folder, files, chip, title, channel, suffix, channels);
            }
        }

        return channels;
    }

    private static void Add(
        string folder,
        HashSet<string> files,
        string chip,
        string title,
        string channel,
        string suffix,
        List<IioChannel> channels)
    {
        // TYPE, NUMBER and MODIFIER of the channel.
        var body = channel.AsSpan(Prefix.Length);
        var typeLength = body.IndexOfAnyExceptInRange('a', 'z');
        var type = (typeLength < 0 ? body : body[..typeLength]).ToString();
        var rest = body[type.Length..];
        var numberLength = rest.IndexOfAnyExceptInRange('0', '9');
        var number = numberLength < 0 ? rest : rest[..numberLength];
        var modifier = rest[number.Length..].ToString();
        var kind = IioChannelKind.Find(chip, type + modifier);
        if (kind is not null)
        {
            modifier = string.Empty;
        }

        kind ??= IioChannelKind.Find(chip, type);
        if (kind is null || modifier.Contains('-', StringComparison.Ordinal))
        {
            return;
        }

        var scale = Shared("_scale");
        if (suffix == Processed || kind.Scale == IioScale.Counts)
        {
            channels.Add(new IioChannel(Name(number), kind, Path.Join(folder, channel + suffix), null, null));
        }
        else if (scale is not null || kind.Scale == IioScale.Optional)
        {
            channels.Add(new IioChannel(
                Name(number), kind, Path.Join(folder, channel + suffix), scale, Shared("_offset")));
        }

        string? Shared(string what) =>
            files.Contains(channel + what) ? Path.Join(folder, channel + what)
            : files.Contains(Prefix + type + what) ? Path.Join(folder, Prefix + type + what)
            : null;

        string Name(ReadOnlySpan<char> number)
        {
            if (number.IsEmpty && modifier.Length == 0)
            {
                return title;
            }

            var label = KernelText.ReadFile(Path.Join(folder, channel + "_label"), LabelBytesMax);
            return label is null
                ? SensorNames.Plain($"{title}_{type}{number}{modifier}")
                : SensorNames.Plain($"{title}_{label}");
        }
    }
}
