using System.Diagnostics.CodeAnalysis;
using System.Net;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Hosting.Options;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Collector.Options;

/// <summary>Declares every option of the collector.</summary>
internal static class CollectorOptionTable
{
    private const long KiB = 1 << 10;
    private const long MiB = 1 << 20;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>In the order of the values of <see cref="SignaturePolicy"/>.</summary>
    private static readonly string[] PolicyNames = ["none", "verify-if-present", "require"];

    /// <summary>Gets the options, in the order in which they are shown.</summary>
    public static OptionTable<CollectorOptions> All { get; } = Create();

    private static OptionTable<CollectorOptions> Create()
    {
        var table = new OptionTable<CollectorOptions>();
        AddListen(table);
        AddNodes(table);
        AddHttp(table);
        AddDatabase(table);
        OpenSearchOptions.Add(table);
        AlertOptionTable.Add(table);
        return table;
    }

    private static void AddListen(OptionTable<CollectorOptions> table) => table
        .WholeNumber("Listen:Port", WireLimits.DefaultPort, 1, 65_535,
            "UDP port on which datagrams of agents are received.", static (o, value) => o.Listen.Port = (int)value)
        .Texts("Listen:Groups", "ADDRESS,...", [WireLimits.DefaultGroupIPv4, WireLimits.DefaultGroupIPv6],
            "multicast addresses, IPv4 or IPv6, separated by commas", "Groups to join.",
            static (o, texts) => o.Listen.Groups = texts, static text => OptionText.TryParseGroup(text, out _))
        .Texts("Listen:Interfaces", "INTERFACE,...", [], "names of interfaces, separated by commas; empty for all",
            "Interfaces on which to join.",
            static (o, texts) => o.Listen.Interfaces = texts, static name => name.Length is > 0 and < 16)
        .Flag("Listen:RaspiCluster", false, "Also receive from raspi-cluster's daemons (224.0.0.251, UDP port 6000).",
            static (o, value) => o.Listen.RaspiCluster = value)
        .Size("Listen:ReceiveBufferBytes", 8 * MiB, 4 * KiB, KiB * MiB,
            "The kernel's receive buffer per socket; without privileges, net.core.rmem_max is the limit.",
            static (o, value) => o.Listen.ReceiveBufferBytes = (int)value)
        .WholeNumber("Listen:QueueLength", 8192, 16, 1_000_000,
            "Maximum number of queued datagrams; beyond it, the oldest is dropped.",
            static (o, value) => o.Listen.QueueLength = (int)value)
        .Choice("Trust:Signatures", "verify-if-present", PolicyNames,
            "Which datagrams must be signed: none is verified; signed ones are verified, which needs a keys file; all.",
            static (o, index) => o.Trust.Signatures = (SignaturePolicy)index)
        .Path("Trust:KeysFile", "the path of a key file; empty for none",
            "Keys that nodes sign with, one per line: name, secret, and the nodes that it is restricted to. Requests "
            + "to nodes that sign are signed with the same key. Reloaded when it changes, or on SIGHUP.",
            static (o, path) => o.Trust.KeysFile = path);

    private static void AddNodes(OptionTable<CollectorOptions> table) => table
        .Number("Nodes:LateAfterIntervals", "NUMBER", 1.5, 1, 1000,
            "Silence, in its intervals, after which a node that replies to probes is late and is probed.",
            static (o, value) => o.Nodes.LateAfterIntervals = value)
        .Number("Nodes:LostAfterIntervals", "NUMBER", 2.95, 1.5, 1000,
            "Silence, in its intervals, after which a node that replies to probes is lost, if it replied to none.",
            static (o, value) => o.Nodes.LostAfterIntervals = value)
        .Number("Nodes:UnprobedLostAfterIntervals", "NUMBER", 5, 1.5, 1000,
            "Silence, in its intervals, after which any other node is lost; it is late after half of it.",
            static (o, value) => o.Nodes.UnprobedLostAfterIntervals = value)
        .Duration("Nodes:LostAfterMin", TimeSpan.FromSeconds(2.95), TimeSpan.FromMilliseconds(100),
            TimeSpan.FromHours(1), "Minimum silence after which a node is lost, however short its interval.",
            static (o, value) => o.Nodes.LostAfterMin = value)
        .Duration("Nodes:BackAfter", TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1), Day,
            "Time within which a node is expected back that announced a reboot or restart without a time.",
            static (o, value) => o.Nodes.BackAfter = value)
        .Duration("Nodes:BackMargin", TimeSpan.FromSeconds(30), TimeSpan.Zero, TimeSpan.FromHours(1),
            "Tolerance for the announced time; then the node is lost.",
            static (o, value) => o.Nodes.BackMargin = value)
        .Duration("Nodes:ForgetAfter", TimeSpan.FromDays(7), TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650),
            "Silence after which a node is removed.", static (o, value) => o.Nodes.ForgetAfter = value)
        .WholeNumber("Nodes:CountMax", 20_000, 1, 1_000_000,
            "Maximum number of nodes; datagrams of others are rejected and counted.",
            static (o, value) => o.Nodes.CountMax = (int)value);

    private static void AddHttp(OptionTable<CollectorOptions> table) => table
        .Text("Http:Address", "ADDRESS", "127.0.0.1", "an IP address; 0.0.0.0 or :: for all",
            "Address on which the page, the API and /metrics are served. Beyond loopback, require authentication and "
            + "configure a certificate.", static (o, text) =>
            {
                var isAddress = IPAddress.TryParse(text, out var address);
                o.Http.Address = address ?? o.Http.Address;
                return isAddress;
            })
        .Texts("Http:Hosts", "NAME,...", [], "host names, separated by commas",
            "Host names that browsers may use, for instance through a proxy; on loopback, only localhost is accepted "
            + "by default.", static (o, texts) => o.Http.Hosts = texts,
            static name => Uri.CheckHostName(name) != UriHostNameType.Unknown)
        .WholeNumber("Http:Port", 8077, 1, 65_535, "TCP port of the page, the API and /metrics.",
            static (o, value) => o.Http.Port = (int)value)
        .Text("Http:User", "NAME", string.Empty, "a user name without a colon, together with Http:PasswordFile",
            "User who may make changes, such as silences.", static (o, text) =>
            {
                o.Http.Access = o.Http.Access with { User = text.Length == 0 ? null : text };
                return !text.Contains(':', StringComparison.Ordinal);
            })
        .Secret("Http:Token", "Token for programs that make changes.",
            static (o, secret) => o.Http.Access = o.Http.Access with { Token = secret })
        .Secret("Http:Password", "The user's password.",
            static (o, secret) => o.Http.Access = o.Http.Access with { Password = secret })
        .Flag("Http:RequireAuthentication", false, "Require the token or the password for reading, too.",
            static (o, value) => o.Http.Access = o.Http.Access with { IsRequiredToRead = value })
        .Path("Http:CertificateFile", "the path of a PEM file, the server's certificate first; empty for no TLS",
            "Certificate for https.", static (o, path) => o.Http.CertificateFile = path)
        .Path("Http:CertificateKeyFile", "the path of a PEM file; empty when the key is in Http:CertificateFile",
            "Private key of the certificate.", static (o, path) => o.Http.CertificateKeyFile = path);

    private static void AddDatabase(OptionTable<CollectorOptions> table) => table
        .Text("Database:Path", "FILE", "telemetry.db in the state directory", "a path; its directory is created",
            "SQLite file with the history, the nodes and the backlog for OpenSearch.", static (o, text) =>
            {
                o.Database = o.Database with { Path = text };
                return !string.IsNullOrWhiteSpace(text) && !Directory.Exists(text);
            })
        .Texts("Database:History", "STEP/RETENTION,...", ["10s/1d", "1m/14d", "15m/730d"],
            "steps with their retention, such as 10s/1d,1m/14d; each step a multiple of the previous one; at most 6",
            "Tiers of the history.", static (o, texts) => o.Database = o.Database with
            {
                Tiers = [.. texts.Select(static text => TryParseTier(text, out var tier) ? tier : null)
                    .OfType<HistoryTier>()],
            },
            static text => TryParseTier(text, out _))
        .Size("Database:OutboxBytesMax", 512 * MiB, MiB, MiB * KiB * MiB,
            "Maximum size of the backlog for OpenSearch, compressed; beyond it, the oldest batch is dropped and "
            + "counted.",
            static (o, value) => o.Database = o.Database with { OutboxBytesMax = value })
        .Size("Database:MemoryBytesMax", 32 * MiB, MiB, KiB * MiB,
            "Maximum memory for data that waits while the database cannot be written.",
            static (o, value) => o.Database = o.Database with { MemoryBytesMax = value })
        .WholeNumber("Database:EventsMax", 50_000, 100, 10_000_000,
            "Maximum number of events; the oldest are dropped.",
            static (o, value) => o.Database = o.Database with { EventsMax = (int)value })
        .Duration("Database:EventsKept", TimeSpan.FromDays(730), TimeSpan.FromHours(1), TimeSpan.FromDays(36_500),
            "Retention of events.", static (o, value) => o.Database = o.Database with { EventsKept = value })
        .Duration("Database:CheckpointPeriod", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1),
            TimeSpan.FromMinutes(10),
            "How often history and node progress are stored; after a crash, newer samples are requested again.",
            static (o, value) => o.Database = o.Database with { CheckpointPeriod = value })
        .WholeNumber("OpenSearch:BatchDocuments", 2000, 1, 10_000, "Maximum number of documents in a bulk request.",
            static (o, value) => o.Database = o.Database with { BatchDocumentsMax = (int)value })
        .Size("OpenSearch:BatchBytes", 5 * MiB, 64 * KiB, 64 * MiB,
            "Maximum size of a bulk request, before compression.",
            static (o, value) => o.Database = o.Database with { BatchBytesMax = (int)value })
        .Duration("OpenSearch:Linger", TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(100),
            TimeSpan.FromMinutes(1),
            "How long a document waits for its batch to fill.",
            static (o, value) => o.Database = o.Database with { Linger = value });

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
}
