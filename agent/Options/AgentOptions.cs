using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Agent.Sensors.Streams;
using NodeTelemetry.Agent.Transport;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Signing;

namespace NodeTelemetry.Agent.Options;

/// <summary>All options of the agent.</summary>
internal sealed class AgentOptions
{
    /// <summary>All labels, with keys, quotes and the longest header, must fit one datagram of 1400 bytes.</summary>
    public const int LabelsBytesMax = 768;

    /// <summary>Each target costs a datagram per tick; multicast serves more collectors.</summary>
    public const int TargetCountMax = 8;

    /// <summary>More interfaces than a node has.</summary>
    public const int InterfaceCountMax = 16;

    /// <summary>Gets the times of a service restart, an upgrade and a reboot on a slow board.</summary>
    public static IReadOnlyDictionary<StopReason, TimeSpan> DefaultBackAfter { get; } =
        new Dictionary<StopReason, TimeSpan>
        {
            [StopReason.Restart] = TimeSpan.FromSeconds(10),
            [StopReason.Upgrade] = TimeSpan.FromMinutes(2),
            [StopReason.Reboot] = TimeSpan.FromMinutes(3),
        };

    /// <summary>Gets or sets the time between two samples; 100 ms to 1 h, default 2 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets the node's name; <see langword="null"/> for the kernel's.</summary>
    public string? Hostname { get; set; }

    /// <summary>Gets or sets the node's identity, 16 hexadecimal digits;
    /// <see langword="null"/> to derive it from the hardware.</summary>
    public string? Node { get; set; }

    /// <summary>Gets or sets the IPv4 group; <see langword="null"/> for none.</summary>
    public IPAddress? Group4 { get; set; } = IPAddress.Parse(WireLimits.DefaultGroupIPv4);

    /// <summary>Gets or sets the IPv6 group; <see langword="null"/> for none.</summary>
    public IPAddress? Group6 { get; set; } = IPAddress.Parse(WireLimits.DefaultGroupIPv6);

    /// <summary>Gets or sets a value indicating whether each interface sends to both groups.</summary>
    public bool IsSendingBoth { get; set; }

    /// <summary>Gets or sets the UDP port of both groups; 1 to 65535, default 6077.</summary>
    public int Port { get; set; } = WireLimits.DefaultPort;

    /// <summary>Gets or sets the interfaces to send on; empty for those backed by hardware.</summary>
    public IReadOnlyList<string> Interfaces { get; set; } = [];

    /// <summary>Gets or sets the unicast targets; at most 8, default none.</summary>
    public IReadOnlyList<TargetName> Targets { get; set; } = [];

    /// <summary>Gets or sets a value indicating whether each sample is also sent
    /// to raspi-cluster's group 224.0.0.251:6000.</summary>
    public bool IsLegacy { get; set; }

    /// <summary>Gets or sets a value indicating whether samples between the full ones have only what has changed.
    /// </summary>
    public bool IsReducing { get; set; }

    /// <summary>Gets or sets the labels; at most 16, default none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; set; } = [];

    /// <summary>Gets or sets the path of the key file; <see langword="null"/> not to sign.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Gets or sets the keys in that file: the first signs; requests may be signed with any.</summary>
    public IReadOnlyList<SignatureKey> Keys { get; set; } = [];

    /// <summary>Gets or sets the memory for sent datagrams in bytes; 0 for none; default 512 KiB, seven minutes at 2 s
    /// with two datagrams per sample.</summary>
    public int RingBytes { get; set; } = 512 * 1024;

    /// <summary>Gets or sets the address of <c>/metrics</c>; <see langword="null"/> not to serve it.</summary>
    public IPEndPoint? MetricsListen { get; set; }

    /// <summary>Gets or sets when the node is expected back after a goodbye, by reason.</summary>
    public IReadOnlyDictionary<StopReason, TimeSpan> BackAfter { get; set; } = DefaultBackAfter;

    /// <summary>Gets or sets the directory whose <c>*.prom</c> files become readings; default none.</summary>
    public string? TextfileDirectory { get; set; }

    /// <summary>Gets which disks, interfaces and sensors are read; by default the real ones.</summary>
    public ReadingSelection Selection { get; } = new();

    /// <summary>Gets or sets the I2C buses that are searched for chips that the kernel has not bound;
    /// <see langword="null"/>, the default, for bus 1, that of HATs, if there is a device tree, else none.</summary>
    public IReadOnlyList<int>? I2cBuses { get; set; }

    /// <summary>Gets the sensors that send continuously; by default those of an Enviro.</summary>
    public StreamSensorSettings StreamSensors { get; } = new();

    /// <summary>Gets the options of a HAT's display.</summary>
    public DisplayOptions Display { get; } = new();

    /// <summary>Gets the corrections of sensor values; by default none.</summary>
    public CorrectionSettings Corrections { get; } = new();

    /// <summary>Gets or sets how long a tick waits for each slow source, such as a file server; by default a twentieth
    /// of the interval, at most 1 s. Tests wait longer.</summary>
    public TimeSpan? SlowWait { get; set; }

    /// <summary>Gets or sets the minimum level that is logged; default information.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Information;

    /// <summary>Gets or sets the root directories of the kernel's file systems.</summary>
    public KernelRoots Roots { get; set; } = new();

    /// <summary>Checks the conditions that concern several options.</summary>
    /// <returns>Every problem as a sentence.</returns>
    public IEnumerable<string> Validate()
    {
        if (Group4 is null && Group6 is null && Targets.Count == 0)
        {
            yield return "--group4, --group6, --target: all three are \"none\", so nothing would be sent; "
                + "give at least one.";
        }

        if (IsSendingBoth && (Group4 is null || Group6 is null))
        {
            yield return "--groups: \"both\" needs two groups, but --group4 or --group6 is \"none\"; "
                + "give a group or leave --groups out.";
        }

        if (IsLegacy && Group4 is null)
        {
            yield return "--legacy: needs IPv4 multicast, but --group4 is \"none\"; "
                + "give a group or leave --legacy out.";
        }

        var bytes = 0;
        var counts = new Dictionary<string, int>();
        foreach (var (name, value) in Labels)
        {
            bytes += Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value);
            counts[name] = counts.GetValueOrDefault(name) + 1;
        }

        if (bytes > LabelsBytesMax)
        {
            yield return $"--label: all names and values together have {bytes} bytes; the limit is {LabelsBytesMax}.";
        }

        foreach (var (name, count) in counts)
        {
            if (count > 1)
            {
                yield return $"--label: the name \"{name}\" is given {count} times; give it once.";
            }
        }
    }
}
