using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using NodeTelemetry.Collector.Dashboard;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Hosting;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Options;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Collector;

/// <summary>All settings of the collector. <see cref="Read"/> declares each with its default, range and help.</summary>
internal sealed class CollectorOptions
{
    /// <summary>Gets or sets what is listened to.</summary>
    public ListenOptions Listen { get; set; } = new();

    /// <summary>Gets or sets who is believed.</summary>
    public TrustOptions Trust { get; set; } = new();

    /// <summary>Gets or sets when nodes are late, lost and forgotten.</summary>
    public NodeOptions Nodes { get; set; } = new();

    /// <summary>Gets or sets where the page, the API and the metrics are served.</summary>
    public HttpOptions Http { get; set; } = new();

    /// <summary>Gets or sets where state and history are kept.</summary>
    public StorageSettings Database { get; set; } = new() { Path = string.Empty };

    /// <summary>Gets or sets where readings are exported to.</summary>
    public ExportSettings OpenSearch { get; set; } = new();

    /// <summary>Gets or sets what alerts are about and who is told.</summary>
    public AlertOptions Alerts { get; set; } = new();

    /// <summary>Reads all options. What is wrong is left in <paramref name="reader"/>'s problems.</summary>
    public static CollectorOptions Read(OptionReader reader)
    {
        var options = new CollectorOptions
        {
            Listen = ReadListen(reader),
            Trust = TrustOptions.Read(reader),
            Nodes = ReadNodes(reader),
            Http = ReadHttp(reader),
            Database = ReadDatabase(reader),
            OpenSearch = IndexOptions.Read(reader, OpenSearchOptions.Read(reader)),
            Alerts = AlertOptions.Read(reader),
        };

        // Who is shown has a history: one limit for both.
        options.Database = options.Database with { HistoryNodesMax = options.Nodes.CountMax };
        options.Validate(reader);
        return options;
    }

    private static ListenOptions ReadListen(OptionReader reader) => new()
    {
        Port = (
            int)reader.Integer("Listen:Port", WireLimits.DefaultPort, 1, 65_535, "UDP port on which agents are heard."),
        Groups = reader.List(
            "Listen:Groups",
            [WireLimits.DefaultGroupIPv4, WireLimits.DefaultGroupIPv6],
            "multicast addresses, IPv4 or IPv6, separated by commas",
            "Groups to join.",
            IsMulticastAddress),
        Interfaces = reader.List(
            "Listen:Interfaces",
            [],
            "names of interfaces, separated by commas; empty for all",
            "Interfaces on which to join.",
            static name => name.Length is > 0 and < 16),
        RaspiCluster = reader.Flag(
            "Listen:RaspiCluster", false, "Also hear raspi-cluster's daemons (224.0.0.251, UDP port 6000)."),
        ReceiveBufferBytes = (int)reader.Integer(
            "Listen:ReceiveBufferBytes", 8 << 20, 4096, 1 << 30,
            "The kernel's buffer for each socket; without privileges at most net.core.rmem_max is had."),
        QueueLength = (int)reader.Integer(
            "Listen:QueueLength", 8192, 16, 1_000_000,
            "Datagrams that may wait to be worked on; then the oldest is dropped."),
    };

    private static NodeOptions ReadNodes(OptionReader reader) => new()
    {
        LateAfterIntervals = reader.Number(
            "Nodes:LateAfterIntervals", 1.5, 1, 1000,
            "Silence, in its own intervals, after which a node that answers probes is late and is probed."),
        LostAfterIntervals = reader.Number(
            "Nodes:LostAfterIntervals", 2.95, 1.5, 1000,
            "Silence, in its own intervals, after which a node that answers probes is lost if it has answered none."),
        UnprobedLostAfterIntervals = reader.Number(
            "Nodes:UnprobedLostAfterIntervals", 5, 1.5, 1000,
            "The same for a node that is not known to answer probes; it is late after half of it."),
        LostAfterMin = reader.Duration(
            "Nodes:LostAfterMin", TimeSpan.FromSeconds(2.95), TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1),
            "The least silence after which a node may be lost, however short its interval."),
        BackAfter = reader.Duration(
            "Nodes:BackAfter", TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1), TimeSpan.FromHours(24),
            "Time in which a node comes back that said it reboots or restarts, but not when it is back."),
        BackMargin = reader.Duration(
            "Nodes:BackMargin", TimeSpan.FromSeconds(30), TimeSpan.Zero, TimeSpan.FromHours(1),
            "How much longer than announced that may take; then the node is lost."),
        ForgetAfter = reader.Duration(
            "Nodes:ForgetAfter", TimeSpan.FromDays(7), TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650),
            "Silence after which a node is no longer shown."),
        CountMax = (int)reader.Integer(
            "Nodes:CountMax", 20_000, 1, 1_000_000,
            "The most nodes; datagrams of further ones are refused and counted."),
    };

    private static HttpOptions ReadHttp(OptionReader reader) => new()
    {
        Address = IPAddress.Parse(reader.Text(
            "Http:Address", "127.0.0.1", "an IP address; 0.0.0.0 or :: for all",
            "Address on which the page, the API and /metrics are served. Beyond loopback ask for authentication "
            + "and give a certificate.",
            static text => IPAddress.TryParse(text, out _))),
        Hosts = reader.List(
            "Http:Hosts",
            [],
            "host names, separated by commas",
            "Names by which browsers reach the collector, for instance through a proxy; on loopback only localhost is "
            + "known.",
            static name => Uri.CheckHostName(name) != UriHostNameType.Unknown),
        Port = (int)reader.Integer("Http:Port", 8077, 1, 65_535, "TCP port of the page, the API and /metrics."),
        Access = HttpAccessOptions.Read(reader),
    };

    private static StorageSettings ReadDatabase(OptionReader reader) => new()
    {
        Path = reader.Text(
            "Database:Path", DefaultDatabasePath(), "a path; its folder is made",
            "The SQLite file that holds the history, the nodes and what awaits OpenSearch.",
            static text => !string.IsNullOrWhiteSpace(text) && !Directory.Exists(text)),
        Tiers = ReadTiers(reader),
        OutboxBytesMax = reader.Integer(
            "Database:OutboxBytesMax", 512L << 20, 1 << 20, 1L << 50,
            "The most bytes that may await OpenSearch, compressed; beyond, the oldest batch is dropped and counted."),
        MemoryBytesMax = reader.Integer(
            "Database:MemoryBytesMax", 32 << 20, 1 << 20, 1 << 30,
            "The most bytes that wait in memory while the database cannot be written."),
        EventsMax = (int)reader.Integer(
            "Database:EventsMax", 50_000, 100, 10_000_000, "The most events; the oldest are dropped."),
        EventsKept = reader.Duration(
            "Database:EventsKept", TimeSpan.FromDays(730), TimeSpan.FromHours(1), TimeSpan.FromDays(36_500),
            "How long events are kept."),
        BatchDocumentsMax = (int)reader.Integer(
            "OpenSearch:BatchDocuments", 2000, 1, 10_000, "The most documents in one bulk request."),
        BatchBytesMax = (int)reader.Integer(
            "OpenSearch:BatchBytes", 5 << 20, 64 << 10, 64 << 20,
            "The most bytes in one bulk request, before compression."),
        Linger = reader.Duration(
            "OpenSearch:Linger", TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1),
            "How long a document waits for its batch to fill: so much may be lost when the collector is killed."),
    };

    private static HistoryTier[] ReadTiers(OptionReader reader)
    {
        var texts = reader.List(
            "Database:History", ["10s/1d", "1m/14d", "15m/730d"],
            "steps and how long each is kept, such as 10s/1d,1m/14d; every step a multiple of the one before, at "
            + "most 6",
            "Tiers of the history.",
            static text => TryParseTier(text, out _));
        return [.. texts.Select(static text => TryParseTier(text, out var tier) ? tier : null).OfType<HistoryTier>()];
    }

    private static bool TryParseTier(string text, [NotNullWhen(true)] out HistoryTier? tier)
    {
        tier = null;
        if (text.Split('/') is [var step, var retention]
            && DurationText.TryParse(step, out var width)
            && DurationText.TryParse(retention, out var kept))
        {
            tier = new HistoryTier(width, kept);
        }

        return tier is not null;
    }

    /// <summary>Gets systemd's state folder, or the user's own.</summary>
    private static string DefaultDatabasePath()
    {
        var folder = Environment.GetEnvironmentVariable("STATE_DIRECTORY");
        if (string.IsNullOrEmpty(folder))
        {
            var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
            folder = Path.Combine(
                string.IsNullOrEmpty(state)
                    ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state")
                    : state,
                "nodetelemetry");
        }

        return Path.Combine(folder, "telemetry.db");
    }

    private static bool IsMulticastAddress(string text) =>
        IPAddress.TryParse(text, out var address)
        && (address.AddressFamily == AddressFamily.InterNetwork
            ? address.GetAddressBytes()[0] is >= 224 and <= 239
            : address.IsIPv6Multicast);

    private void Validate(OptionReader reader)
    {
        if (Nodes.LateAfterIntervals >= Nodes.LostAfterIntervals)
        {
            reader.AddProblem(
                $"Nodes:LateAfterIntervals ({Nodes.LateAfterIntervals}) must be less than "
                + $"Nodes:LostAfterIntervals ({Nodes.LostAfterIntervals}).");
        }

        if (Listen.Groups.Count == 0)
        {
            reader.AddProblem("Listen:Groups: at least one group is needed.");
        }

        foreach (var problem in Database.Validate())
        {
            reader.AddProblem(problem);
        }

        foreach (var problem in OpenSearch.Validate())
        {
            reader.AddProblem(problem);
        }
    }

    /// <summary>What is listened to.</summary>
    internal sealed class ListenOptions
    {
        /// <summary>Gets or sets the UDP port.</summary>
        public int Port { get; set; }

        /// <summary>Gets or sets the groups' addresses.</summary>
        public IReadOnlyList<string> Groups { get; set; } = [];

        /// <summary>Gets or sets the interfaces' names; empty for all.</summary>
        public IReadOnlyList<string> Interfaces { get; set; } = [];

        /// <summary>Gets or sets a value indicating whether raspi-cluster's group is joined too.</summary>
        public bool RaspiCluster { get; set; }

        /// <summary>Gets or sets the kernel's buffer for each socket, in bytes.</summary>
        public int ReceiveBufferBytes { get; set; }

        /// <summary>Gets or sets how many datagrams may wait.</summary>
        public int QueueLength { get; set; }
    }

    /// <summary>When nodes are late, lost and forgotten.</summary>
    internal sealed class NodeOptions
    {
        /// <summary>Gets or sets the silence after which a node is late, in its intervals.</summary>
        public double LateAfterIntervals { get; set; }

        /// <summary>Gets or sets the silence after which a node is lost, in its intervals.</summary>
        public double LostAfterIntervals { get; set; }

        /// <summary>
        /// Gets or sets the silence after which a node is lost that is not known to answer probes, in its intervals.
        /// </summary>
        public double UnprobedLostAfterIntervals { get; set; }

        /// <summary>Gets or sets the least silence after which a node may be lost.</summary>
        public TimeSpan LostAfterMin { get; set; }

        /// <summary>Gets or sets the time in which a node comes back whose goodbye does not say when.</summary>
        public TimeSpan BackAfter { get; set; }

        /// <summary>Gets or sets how much longer than announced a node may take to come back.</summary>
        public TimeSpan BackMargin { get; set; }

        /// <summary>Gets or sets the silence after which a node is forgotten.</summary>
        public TimeSpan ForgetAfter { get; set; }

        /// <summary>Gets or sets the most nodes.</summary>
        public int CountMax { get; set; }

        /// <summary>Gets the limits in the shape that the loss detector takes.</summary>
        public HealthLimits ToLimits() => new(
            LateAfterIntervals, LostAfterIntervals, UnprobedLostAfterIntervals, LostAfterMin, ForgetAfter)
        {
            BackAfter = BackAfter,
            BackMargin = BackMargin,
        };
    }

    /// <summary>Where the page, the API and the metrics are served.</summary>
    internal sealed class HttpOptions
    {
        /// <summary>Gets or sets the address.</summary>
        public IPAddress Address { get; set; } = IPAddress.Loopback;

        /// <summary>Gets or sets the names by which it is reached.</summary>
        public IReadOnlyList<string> Hosts { get; set; } = [];

        /// <summary>Gets or sets the TCP port.</summary>
        public int Port { get; set; }

        /// <summary>Gets or sets who may ask, and whether others can listen in.</summary>
        public HttpAccessSettings Access { get; set; } = new();

        /// <summary>Gets the page's address, as others on the network would write it.</summary>
        public Uri Page => new UriBuilder(
            Access.Certificate is null ? "http" : "https",
            Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any)
                ? Environment.MachineName
                : Address.ToString(),
            Port).Uri;
    }
}
