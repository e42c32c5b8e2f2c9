using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Transport;
using NodeTelemetry.Hosting.Options;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Options;

/// <summary>Declares every option of the agent.</summary>
internal static class AgentOptionTable
{
    /// <summary>IFNAMSIZ without the terminating zero byte.</summary>
    private const int InterfaceNameCharactersMax = 15;

    /// <summary>A smaller ring holds a dozen datagrams, too few to repair anything.</summary>
    private const int RingBytesMin = 16 * 1024;

    /// <summary>A day at an interval of 2 s.</summary>
    private const int RingBytesMax = 64 * 1024 * 1024;

    /// <summary>Patterns are written by hand, and each is matched only when a name appears.</summary>
    private const int PatternCountMax = 32;

    /// <summary>A board has up to seven.</summary>
    private const int I2cBusCountMax = 8;

    private static readonly (string Name, LogLevel Level)[] LogLevels =
    [
        ("debug", LogLevel.Debug),
        ("information", LogLevel.Information),
        ("warning", LogLevel.Warning),
        ("error", LogLevel.Error),
        ("none", LogLevel.None),
    ];

    /// <summary>Gets the options, in the order in which they are shown.</summary>
    public static OptionTable<AgentOptions> All { get; } = Create();

    private static OptionTable<AgentOptions> Create()
    {
        var table = new OptionTable<AgentOptions>();
        AddTransport(table);
        AddSelection(table);
        SensorOptions.Add(table);
        DisplayOptionTable.Add(table);
        AddLocal(table);
        return table;
    }

    private static void AddTransport(OptionTable<AgentOptions> table) => table
        .Duration("interval", TimeSpan.FromSeconds(2),
            TimeSpan.FromMilliseconds(WireLimits.IntervalMillisecondsMin),
            TimeSpan.FromMilliseconds(WireLimits.IntervalMillisecondsMax),
            "Time between two samples.", static (options, value) => options.Interval = value)
        .Text("hostname", "NAME", "the kernel's", "1 to 253 bytes",
            "Name under which the node is shown.", static (options, text) =>
                OptionText.IsText(options.Hostname = text, 1, WireLimits.HostnameBytesMax))
        .Text("node", "ID", "from the hardware", "16 hexadecimal digits",
            "Identity of the node, if the derived one is unsuitable.", static (options, text) =>
                HexDigits.TryRead(
                    Encoding.UTF8.GetBytes(options.Node = text.ToLowerInvariant()), WireLimits.NodeDigits, out _))
        .Text("group4", "ADDRESS", WireLimits.DefaultGroupIPv4, "an IPv4 multicast address, or none",
            "IPv4 group to send to.", static (options, text) =>
                TryParseGroup(text, isIPv6: false, out var group) && Set(() => options.Group4 = group))
        .Text("group6", "ADDRESS", WireLimits.DefaultGroupIPv6, "an IPv6 multicast address, or none",
            "IPv6 group to send to.", static (options, text) =>
                TryParseGroup(text, isIPv6: true, out var group) && Set(() => options.Group6 = group))
        .Choice("groups", "one", ["one", "both"],
            "Groups that each interface sends to: IPv4 where it has such an address, else IPv6; or both.",
            static (options, index) => options.IsSendingBoth = index == 1)
        .WholeNumber("port", WireLimits.DefaultPort, 1, IPEndPoint.MaxPort,
            "UDP port of the groups.", static (options, value) => options.Port = (int)value)
        .Items<AgentOptions, string>(
            "interface", "INTERFACE,...", "hardware, and VLANs, bonds and bridges over it",
            "up to 16 names of at most 15 characters", "Interfaces to send multicast on.",
            AgentOptions.InterfaceCountMax, TryParseInterface, static (options, names) => options.Interfaces = names)
        .Items<AgentOptions, TargetName>(
            "target", "HOST:PORT,...", OptionText.None, "up to 8 hosts, each with a port from 1 to 65535",
            "Collectors that also receive each sample by unicast.",
            AgentOptions.TargetCountMax, TryParseTarget, static (options, targets) => options.Targets = targets)
        .Choice("samples", "full", ["full", "reduced"],
            "Content of samples: everything; or, but for a full one every 30 s, what has changed.",
            static (options, index) => options.IsReducing = index == 1)
        .Flag("legacy", false, "Also send to raspi-cluster's group 224.0.0.251:6000.",
            static (options, value) => options.IsLegacy = value)
        .Items<AgentOptions, KeyValuePair<string, string>>(
            "label", "NAME=VALUE,...", OptionText.None, "up to 16; names of 1 to 32 and values of up to 64 bytes",
            "Labels of the node, such as rack=2.",
            WireLimits.LabelCountMax, TryParseLabel, static (options, labels) => options.Labels = labels)
        .AbsolutePath("key-file", "FILE", OptionText.None,
            "Key file to sign with; requests of collectors must then be signed, too.",
            static (options, path) => options.KeyFile = path)
        .Text("ring-bytes", "SIZE", "512KiB", "0, or 16KiB to 64MiB",
            "Memory for sent datagrams, from which collectors can request missed samples.", static (options, text) =>
                SizeText.TryParse(text, out var bytes) && bytes is 0 or (>= RingBytesMin and <= RingBytesMax)
                && Set(() => options.RingBytes = (int)bytes))
        .List("back-after", "REASON=DURATION,...", BackAfterText.Default, BackAfterText.Range,
            "Time until the node is expected back after a goodbye.", static (options, values) =>
                BackAfterText.TryParse(values) is { } backAfter && Set(() => options.BackAfter = backAfter));

    private static void AddSelection(OptionTable<AgentOptions> table)
    {
        AddPatterns(table, "mounts", "all real ones", "Mount points to read; others are ignored.",
            static (options, names) => options.Selection.Mounts = options.Selection.Mounts with { Only = names });
        AddPatterns(table, "mounts-exclude", OptionText.None, "Mount points to ignore.",
            static (options, names) => options.Selection.Mounts = options.Selection.Mounts with { Except = names });
        AddPatterns(table, "disks", "all real ones", "Block devices to read; others are ignored.",
            static (options, names) => options.Selection.Disks = options.Selection.Disks with { Only = names });
        AddPatterns(table, "disks-exclude", OptionText.None, "Block devices to ignore.",
            static (options, names) => options.Selection.Disks = options.Selection.Disks with { Except = names });
        AddPatterns(table, "networks", "all real ones", "Network interfaces to read; others are ignored.",
            static (options, names) => options.Selection.Networks = options.Selection.Networks with { Only = names });
        AddPatterns(table, "networks-exclude", OptionText.None, "Network interfaces to ignore.",
            static (options, names) => options.Selection.Networks = options.Selection.Networks with { Except = names });
        AddPatterns(table, "sensors", "all", "Temperatures, fans, voltages and chips to read; others are ignored.",
            static (options, names) => options.Selection.Sensors = options.Selection.Sensors with { Only = names });
        AddPatterns(table, "sensors-exclude", OptionText.None, "Temperatures, fans, voltages and chips to ignore.",
            static (options, names) => options.Selection.Sensors = options.Selection.Sensors with { Except = names });
        table.Items<AgentOptions, int>(
            "i2c-buses", "NUMBER,...", "1 on boards with a device tree",
            "up to 8 numbers from 0 to 255, or none", "I2C buses that are searched for sensor chips.",
            I2cBusCountMax, TryParseBus, static (options, buses) => options.I2cBuses = buses);
    }

    private static void AddLocal(OptionTable<AgentOptions> table) => table
        .Text("metrics-listen", "[ADDRESS:]PORT", OptionText.None,
            "a port, for the loopback address only, or an IP address and a port, or none",
            "Address on which /metrics is served to Prometheus.", static (options, text) =>
                TryParseEndPoint(text, out var address) && Set(() => options.MetricsListen = address))
        .AbsolutePath("textfile-directory", "DIRECTORY", OptionText.None,
            "Directory whose *.prom files become readings, as in node_exporter.",
            static (options, path) => options.TextfileDirectory = path)
        .Choice("log-level", "information", [.. LogLevels.Select(static level => level.Name)],
            "Minimum level of messages on standard error.",
            static (options, index) => options.LogLevel = LogLevels[index].Level)
        .AbsolutePath("root", "DIRECTORY", "/",
            "Mount point of the node's root directory; the next options are below it.",
            static (options, path) => options.Roots = KernelRoots.FromRoot(path!))
        .AbsolutePath("proc-root", "DIRECTORY", "/proc", "Mount point of the node's /proc.",
            static (options, path) => options.Roots = options.Roots with { Proc = path! })
        .AbsolutePath("sys-root", "DIRECTORY", "/sys", "Mount point of the node's /sys.",
            static (options, path) => options.Roots = options.Roots with { Sys = path! })
        .AbsolutePath("etc-root", "DIRECTORY", "/etc", "The node's /etc.",
            static (options, path) => options.Roots = options.Roots with { Etc = path! })
        .AbsolutePath("dev-root", "DIRECTORY", "/dev", "The node's /dev.",
            static (options, path) => options.Roots = options.Roots with { Dev = path! })
        .AbsolutePath("run-root", "DIRECTORY", "/run", "The node's /run.",
            static (options, path) => options.Roots = options.Roots with { Run = path! });

    private static void AddPatterns(
        OptionTable<AgentOptions> table,
        string key,
        string byDefault,
        string help,
        Action<AgentOptions, IReadOnlyList<string>> set) =>
        table.Items<AgentOptions, string>(
            key, "PATTERN,...", byDefault,
            $"up to {PatternCountMax} patterns with * and ?, of up to {WireLimits.EntryNameBytesMax} bytes", help,
            PatternCountMax, TryParsePattern, set);

    private static bool Set(Action set)
    {
        set();
        return true;
    }

    private static bool TryParseGroup(string text, bool isIPv6, out IPAddress? group)
    {
        group = null;
        return text == OptionText.None || (OptionText.TryParseGroup(text, out group)
            && (group!.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6) == isIPv6);
    }

    /// <summary>Parses <c>9102</c> on the loopback address, <c>192.168.1.7:9102</c>,
    /// <c>[::]:9102</c> or <c>none</c>.</summary>
    private static bool TryParseEndPoint(string text, out IPEndPoint? address)
    {
        address = null;
        if (text == OptionText.None)
        {
            return true;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            var isPort = port is >= 1 and <= IPEndPoint.MaxPort;
            address = isPort ? new IPEndPoint(IPAddress.Loopback, port) : null;
            return isPort;
        }

        return IPEndPoint.TryParse(text, out address) && address.Port > 0;
    }

    private static bool TryParseInterface(string text, out string name)
    {
        name = text;
        return OptionText.IsText(text, 1, InterfaceNameCharactersMax) && !text.Contains('/', StringComparison.Ordinal);
    }

    private static bool TryParsePattern(string text, out string pattern)
    {
        pattern = text;
        return text.Length > 0 && Encoding.UTF8.GetByteCount(text) <= WireLimits.EntryNameBytesMax;
    }

    private static bool TryParseTarget(string text, out TargetName target)
    {
        var isTarget = TargetName.TryParse(text, WireLimits.DefaultPort, out var parsed);
        target = parsed!;
        return isTarget;
    }

    private static bool TryParseLabel(string text, out KeyValuePair<string, string> label)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        label = equals < 0 ? default : new(text[..equals], text[(equals + 1)..]);
        return equals >= 0
            && OptionText.IsText(label.Key, 1, WireLimits.LabelNameBytesMax)
            && OptionText.IsText(label.Value, 0, WireLimits.LabelValueBytesMax);
    }

    private static bool TryParseBus(string text, out int bus)
    {
        var isBus = byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        bus = number;
        return isBus;
    }
}
