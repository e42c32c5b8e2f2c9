using System.Text;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Options;

/// <summary>The options that say which disks, interfaces and sensors are read.</summary>
internal static class SelectionOptions
{
    /// <summary>More than one writes by hand; each is tried on each name only when something appears.</summary>
    private const int PatternCountMax = 32;

    private const string Argument = "PATTERN,...";
    private static readonly string Range =
        $"up to {PatternCountMax}, with * and ?, of up to {WireLimits.EntryNameBytesMax} bytes";

    /// <summary>Gets the options, in the order in which they are shown.</summary>
    public static IReadOnlyList<OptionDefinition> All { get; } =
    [
        new("mounts", Argument, "every real one", Range, "Mount points to read, and no others", true,
            static (options, values) => TrySet(
                values, () => options.Selection.Mounts = options.Selection.Mounts with { Only = values })),
        new("mounts-exclude", Argument, "none", Range, "Mount points not to read", true,
            static (options, values) => TrySet(
                values, () => options.Selection.Mounts = options.Selection.Mounts with { Except = values })),
        new("disks", Argument, "every real one", Range, "Block devices to read, and no others", true,
            static (options, values) => TrySet(
                values, () => options.Selection.Disks = options.Selection.Disks with { Only = values })),
        new("disks-exclude", Argument, "none", Range, "Block devices not to read", true,
            static (options, values) => TrySet(
                values, () => options.Selection.Disks = options.Selection.Disks with { Except = values })),
        new("networks", Argument, "every real one", Range, "Network interfaces to read, and no others", true,
            static (options, values) => TrySet(
                values, () => options.Selection.Networks = options.Selection.Networks with { Only = values })),
        new("networks-exclude", Argument, "none", Range, "Network interfaces not to read", true,
            static (options, values) => TrySet(
                values, () => options.Selection.Networks = options.Selection.Networks with { Except = values })),
        new("sensors", Argument, "every one", Range, "Temperatures, fans, voltages, chips to read, and no others", true,
            static (options, values) => TrySet(
                values, () => options.Selection.Sensors = options.Selection.Sensors with { Only = values })),
        new("sensors-exclude", Argument, "none", Range, "Temperatures, fans, voltages and chips not to read", true,
            static (options, values) => TrySet(
                values, () => options.Selection.Sensors = options.Selection.Sensors with { Except = values })),
    ];

    private static bool TrySet(IReadOnlyList<string> patterns, Action set)
    {
        set();
        return patterns.Count <= PatternCountMax
            && patterns.All(static pattern =>
                pattern.Length > 0 && Encoding.UTF8.GetByteCount(pattern) <= WireLimits.EntryNameBytesMax);
    }
}
