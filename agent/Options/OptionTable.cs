using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Transport;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Options;

/// <summary>Every option of the agent. <c>--help</c> is written from here, and the table in the README is checked
/// against it.</summary>
internal static class OptionTable
{
    /// <summary>What the names of environment variables start with.</summary>
    public const string EnvironmentPrefix = "NODETELEMETRY_";

    /// <summary>IFNAMSIZ without the zero byte at the end.</summary>
    private const int InterfaceNameCharactersMax = 15;

    private const string None = "none";

    /// <summary>Gets the options, in the order in which they are shown.</summary>
    public static IReadOnlyList<OptionDefinition> All { get; } =
    [
        new("interval", "DURATION", "2s", "100ms to 1h",
            "Time between two samples", false, SetInterval),
        new("hostname", "NAME", "the kernel's", "1 to 253 bytes",
            "Name that the node is shown by", false, SetHostname),
        new("node", "ID", "from the hardware", "16 hexadecimal digits",
            "Identity of the node, where the derived one will not do", false, SetNode),
        new("group4", "ADDRESS", WireLimits.DefaultGroupIPv4, "an IPv4 multicast address, or none",
            "IPv4 group to send to", false, SetGroup4),
        new("group6", "ADDRESS", WireLimits.DefaultGroupIPv6, "an IPv6 multicast address, or none",
            "IPv6 group to send to", false, SetGroup6),
        new("port", "NUMBER", "6077", "1 to 65535", "UDP port of the groups", false, SetPort),
        new("interface", "NAME,...", "every one that can multicast", "up to 16 names of at most 15 characters",
            "Interfaces to multicast on", true, SetInterfaces),
        new("target", "HOST:PORT,...", None, "up to 8 hosts, each with a port from 1 to 65535",
            "Collectors to send to by unicast as well", true, SetTargets),
        new("legacy", "", "false", "true or false",
            "Send to raspi-cluster's group 224.0.0.251:6000 as well", false, SetLegacy),
        new("label", "NAME=VALUE,...", None, "up to 16; names of 1 to 32 and values of up to 64 bytes",
            "Labels such as rack=2 that the node carries", true, SetLabels),
        new("key-file", "FILE", None, "an absolute path of a key file, or none",
            "Key to sign with; requests of collectors must be signed then too", false, TransportSetters.SetKeyFile),
        new("ring-bytes", "NUMBER", "524288", "0, or 16384 to 67108864",
            "Memory for sent datagrams, from which collectors get again what they have missed", false,
            TransportSetters.SetRingBytes),
        new("back-after", "REASON=DURATION,...", BackAfterOption.DefaultText, BackAfterOption.Range,
            "When the node is expected again after a goodbye", true, BackAfterOption.TrySet),
        .. SelectionOptions.All,
        .. StreamSensorSetters.All,
        .. CorrectionSetters.All,
        .. DisplaySetters.All,
        new("metrics-listen", "[ADDRESS:]PORT", None, MetricsListenOption.Range,
            "Where metrics are served to Prometheus as well", false, MetricsListenOption.TrySet),
        new("textfile-directory", "FOLDER", None, "an absolute path, or none",
            "Folder whose files *.prom become readings, as node_exporter has it", false, SetTextfileDirectory),
        new("log-level", "LEVEL", "information", "debug, information, warning, error or none",
            "Least level that is logged to standard error", false, SetLogLevel),
        new("proc-root", "FOLDER", "/proc", "an absolute path",
            "Where /proc is mounted", false, static (options, values) =>
                SetRoot(values, path => options.Roots = options.Roots with { Proc = path })),
        new("sys-root", "FOLDER", "/sys", "an absolute path",
            "Where /sys is mounted", false, static (options, values) =>
                SetRoot(values, path => options.Roots = options.Roots with { Sys = path })),
        new("etc-root", "FOLDER", "/etc", "an absolute path",
            "Where /etc of the node is", false, static (options, values) =>
                SetRoot(values, path => options.Roots = options.Roots with { Etc = path })),
        new("dev-root", "FOLDER", "/dev", "an absolute path",
            "Where /dev of the node is", false, static (options, values) =>
                SetRoot(values, path => options.Roots = options.Roots with { Dev = path })),
        new("run-root", "FOLDER", "/run", "an absolute path",
            "Where /run of the node is", false, static (options, values) =>
                SetRoot(values, path => options.Roots = options.Roots with { Run = path })),
        new("root", "FOLDER", "/", "an absolute path",
            "Where / of the node is mounted, for the space on its file systems", false, static (options, values) =>
                SetRoot(values, path => options.Roots = options.Roots with { Root = path })),
    ];

    /// <summary>Finds an option by any spelling of its name: <c>log-level</c>, <c>LOG_LEVEL</c>,
    /// <c>LogLevel</c>.</summary>
    public static OptionDefinition? Find(string name)
    {
        var plain = Plain(name);
        return All.FirstOrDefault(option => Plain(option.Name) == plain);

        static string Plain(string text) =>
            text.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal)
                .ToUpperInvariant();
    }

    private static bool SetInterval(AgentOptions options, IReadOnlyList<string> values)
    {
        if (!DurationText.TryParse(values[0], out var interval)
            || interval.TotalMilliseconds is not (
                >= WireLimits.IntervalMillisecondsMin and <= WireLimits.IntervalMillisecondsMax))
        {
            return false;
        }

        options.Interval = interval;
        return true;
    }

    private static bool SetHostname(AgentOptions options, IReadOnlyList<string> values)
    {
        options.Hostname = values[0];
        return IsText(values[0], 1, WireLimits.HostnameBytesMax);
    }

    private static bool SetNode(AgentOptions options, IReadOnlyList<string> values)
    {
        options.Node = values[0].ToLowerInvariant();
        return HexDigits.TryRead(Encoding.UTF8.GetBytes(options.Node), WireLimits.NodeDigits, out _);
    }

    private static bool SetGroup4(AgentOptions options, IReadOnlyList<string> values)
    {
        var isAccepted = TryReadGroup(values[0], AddressFamily.InterNetwork, out var group);
        options.Group4 = group;
        return isAccepted;
    }

    private static bool SetGroup6(AgentOptions options, IReadOnlyList<string> values)
    {
        var isAccepted = TryReadGroup(values[0], AddressFamily.InterNetworkV6, out var group);
        options.Group6 = group;
        return isAccepted;
    }

    private static bool TryReadGroup(string text, AddressFamily family, out IPAddress? group)
    {
        group = null;
        if (text == None)
        {
            return true;
        }

        if (!IPAddress.TryParse(text, out var address) || address.AddressFamily != family
            || !(family == AddressFamily.InterNetworkV6
                ? address.IsIPv6Multicast
                : (address.GetAddressBytes()[0] & 0xF0) == 0xE0))
        {
            return false;
        }

        group = address;
        return true;
    }

    private static bool SetPort(AgentOptions options, IReadOnlyList<string> values)
    {
        var isNumber = int.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        options.Port = port;
        return isNumber && port is >= 1 and <= IPEndPoint.MaxPort;
    }

    private static bool SetInterfaces(AgentOptions options, IReadOnlyList<string> values)
    {
        options.Interfaces = values;
        return values.Count <= AgentOptions.InterfaceCountMax
            && values.All(static name => IsText(name, 1, InterfaceNameCharactersMax)
                && !name.Contains('/', StringComparison.Ordinal));
    }

    private static bool SetTargets(AgentOptions options, IReadOnlyList<string> values)
    {
        if (values is [None])
        {
            options.Targets = [];
            return true;
        }

        var targets = new List<TargetName>();
        foreach (var value in values)
        {
            if (!TargetName.TryParse(value, WireLimits.DefaultPort, out var target))
            {
                return false;
            }

            targets.Add(target!);
        }

        options.Targets = targets;
        return targets.Count <= AgentOptions.TargetCountMax;
    }

    private static bool SetLegacy(AgentOptions options, IReadOnlyList<string> values)
    {
        var isBoolean = bool.TryParse(values[0], out var isLegacy);
        options.IsLegacy = isLegacy;
        return isBoolean;
    }

    private static bool SetLabels(AgentOptions options, IReadOnlyList<string> values)
    {
        var labels = new List<KeyValuePair<string, string>>();
        foreach (var value in values)
        {
            var equals = value.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0
                || !IsText(value[..equals], 1, WireLimits.LabelNameBytesMax)
                || !IsText(value[(equals + 1)..], 0, WireLimits.LabelValueBytesMax))
            {
                return false;
            }

            labels.Add(new(value[..equals], value[(equals + 1)..]));
        }

        options.Labels = labels;
        return labels.Count <= WireLimits.LabelCountMax;
    }

    private static bool SetLogLevel(AgentOptions options, IReadOnlyList<string> values)
    {
        LogLevel? level = values[0].ToUpperInvariant() switch
        {
            "DEBUG" => LogLevel.Debug,
            "INFORMATION" => LogLevel.Information,
            "WARNING" => LogLevel.Warning,
            "ERROR" => LogLevel.Error,
            "NONE" => LogLevel.None,
            _ => null,
        };
        options.LogLevel = level ?? options.LogLevel;
        return level is not null;
    }

    private static bool SetTextfileDirectory(AgentOptions options, IReadOnlyList<string> values)
    {
        if (values[0] == None)
        {
            options.TextfileDirectory = null;
            return true;
        }

        return SetRoot(values, path => options.TextfileDirectory = path);
    }

    private static bool SetRoot(IReadOnlyList<string> values, Action<string> set)
    {
        set(values[0]);
        return Path.IsPathFullyQualified(values[0]) && !values[0].Contains('\0', StringComparison.Ordinal);
    }

    private static bool IsText(string text, int bytesMin, int bytesMax)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        return bytes >= bytesMin && bytes <= bytesMax && !text.Any(char.IsControl);
    }
}
