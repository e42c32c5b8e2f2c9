using System.Globalization;
using System.Text;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Options;

/// <summary>The options that say which disks, interfaces and sensors are read.</summary>
internal static class SelectionOptions
{
    /// <summary>More than one writes by hand; each is tried on each name only when something appears.</summary>
    private const int PatternCountMax = 32;

    /// <summary>A board has up to seven.</summary>
    private const int I2cBusCountMax = 8;

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
        new("i2c-buses", "NUMBER,...", "1 on boards with a device tree", "up to 8 numbers from 0 to 255, or none",
            "I2C buses on which sensor chips are looked for", true, SetI2cBuses),
    ];

    private static bool SetI2cBuses(AgentOptions options, IReadOnlyList<string> values)
    {
        var buses = new List<int>();
        foreach (var value in values)
        {
            if (value == "none" && values.Count == 1)
            {
                break;
            }

            if (!byte.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bus))
            {
                return false;
            }

            buses.Add(bus);
        }

        options.I2cBuses = buses;
        return buses.Count <= I2cBusCountMax;
    }

    private static bool TrySet(IReadOnlyList<string> patterns, Action set)
    {
        set();
        return patterns.Count <= PatternCountMax
            && patterns.All(static pattern =>
                pattern.Length > 0 && Encoding.UTF8.GetByteCount(pattern) <= WireLimits.EntryNameBytesMax);
    }
}
