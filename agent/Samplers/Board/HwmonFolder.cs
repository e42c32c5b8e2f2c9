using System.Globalization;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>One chip in <c>/sys/class/hwmon</c>.</summary>
/// <remarks>
/// Source: Documentation/hwmon/sysfs-interface.rst.
/// Its attributes are in the directory itself. Drivers that register without attributes, as all did before Linux 3.13
/// and <c>applesmc</c> still does, have them, and often the name, in that of the device.
/// </remarks>
internal sealed class HwmonFolder
{
    private const int TextBytesMax = 64;

    /// <summary>The sensor types of temperatures that are switched off, and the attribute that enables a channel.
    /// A regulator's <c>pwmN_enable</c> is a mode, and is not read.</summary>
    private static readonly string[] Switches = ["_type", "_enable"];

    /// <summary>Buses whose chips are registers of the CPU or its chipset.
    /// Chips on other buses are slow sources.</summary>
    private static readonly HashSet<string> FastBuses = ["platform", "thermal"];

    /// <summary>CPU sensors that appear as PCI devices.</summary>
    private static readonly HashSet<string> FastChips = ["k8temp", "k10temp", "zenpower"];

    private string[]? _files;
    private string? _attributes;

    /// <summary>Initializes a new instance of the <see cref="HwmonFolder"/> class.</summary>
    /// <param name="path">The directory.</param>
    public HwmonFolder(string path)
    {
        Folder = path;
        Device = new DirectoryInfo(Join("device")).LinkTarget is { } target
            ? Path.GetFileName(target)
            : null;
        Name = KernelText.ReadFile(Join("name"), TextBytesMax)
            ?? KernelText.ReadFile(Join("device/name"), TextBytesMax)
            ?? (Device is null ? Path.GetFileName(path) : RemoveInstance(Device));
    }

    /// <summary>Gets the directory.</summary>
    public string Folder { get; }

    /// <summary>Gets the name of the chip; without one, that of its device.</summary>
    public string Name { get; }

    /// <summary>Gets the name of the device; <see langword="null"/> if there is none.</summary>
    public string? Device { get; }

    /// <summary>Gets a key that changes when the chip is replaced.</summary>
    public string Key => $"{Folder} {Name}";

    /// <summary>Gets a value indicating whether it is behind a bus, so that a read may take long.</summary>
    public bool IsSlow =>
        new DirectoryInfo(Join("device/subsystem")).LinkTarget is { } target
        && !FastBuses.Contains(Path.GetFileName(target))
        && !FastChips.Contains(Name);

    /// <summary>Gets a value indicating whether it is a sensor of the air, not of the board: it measures humidity.
    /// </summary>
    public bool IsClimate => FindNumbers("humidity", "_input").Count > 0;

    /// <summary>Gets the path of a file or directory below it.</summary>
    public string Join(string name) => Path.Join(Folder, name);

    /// <summary>Gets the numbers of channels with a file such as <c>temp1_input</c>, ascending.</summary>
    public SortedSet<int> FindNumbers(string prefix, string suffix)
    {
        var numbers = new SortedSet<int>();
        foreach (var file in GetFiles())
        {
            if (file.StartsWith(prefix, StringComparison.Ordinal) && file.EndsWith(suffix, StringComparison.Ordinal)
                && file.Length > prefix.Length + suffix.Length
                && int.TryParse(
                    file.AsSpan(prefix.Length, file.Length - prefix.Length - suffix.Length),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var number))
            {
                numbers.Add(number);
            }
        }

        return numbers;
    }

    /// <summary>Returns whether it has an attribute.</summary>
    public bool Has(string attribute) => Array.IndexOf(GetFiles(), attribute) >= 0;

    /// <summary>Creates the input of a channel, which has no value while the driver flags it as faulty
    /// or the channel is switched off.</summary>
    /// <param name="channel">The channel, such as <c>temp1</c>.</param>
    /// <param name="suffix">What of it, such as <c>_input</c>.</param>
    /// <param name="factor">The factor from the kernel's unit to that of the field.</param>
    /// <param name="range">The range of possible values.</param>
    public SensorInput CreateInput(string channel, string suffix, double factor, SensorRange range) =>
        new(
            GetPath(channel + suffix),
            factor,
            range,
            Has(channel + "_fault") ? GetPath(channel + "_fault") : null,
            [.. Switches.Where(end => Has(channel + end)).Select(end => GetPath(channel + end))]);

    /// <summary>Creates the input of an attribute without flags.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="factor">The factor from the kernel's unit to that of the field.</param>
    /// <param name="range">The range of possible values.</param>
    public SensorInput CreatePlainInput(string attribute, double factor, SensorRange range) =>
        new(GetPath(attribute), factor, range);

    /// <summary>Reads the label of a channel; <see langword="null"/> if it has none.</summary>
    public string? ReadLabel(string channel) =>
        Has(channel + "_label") ? KernelText.ReadFile(GetPath(channel + "_label"), TextBytesMax) : null;

    /// <summary>Gets <c>coretemp</c> from <c>coretemp.0</c>.</summary>
    private static string RemoveInstance(string device)
    {
        var dot = device.LastIndexOf('.');
        return dot > 0 && device.AsSpan(dot + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? device[..dot] : device;
    }

    private string GetPath(string attribute)
    {
        GetFiles();
        return Path.Join(_attributes, attribute);
    }

    private string[] GetFiles()
    {
        if (_files is null)
        {
            _attributes = Folder;
            _files = KernelRoots.Files(Folder);
            if (!Array.Exists(_files, static file => file.EndsWith("_input", StringComparison.Ordinal)))
            {
                var files = KernelRoots.Files(Join("device"));
                if (Array.Exists(files, static file => file.EndsWith("_input", StringComparison.Ordinal)))
                {
                    _attributes = Join("device");
                    _files = files;
                }
            }
        }

        return _files;
    }
}
