using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Storage.Tables;

/// <summary>The statements on the tables <c>node</c> and <c>node_progress</c>.</summary>
internal static partial class NodeRows
{
    /// <summary>Selects all nodes.</summary>
    public const string SelectSql =
        """
        SELECT name, hostname, address, first_seen, health, interval, about, labels, coalesce(last_seen, first_seen),
            boot, run, sequence, earlier_runs, gaps, port, key, bye, node_progress.boots, isolated, multicast_lost,
            answers_probes, uptime, sent, identity
        FROM node LEFT JOIN node_progress ON node_progress.node = node.id ORDER BY name
        """;

    /// <summary>Reads the rows of <see cref="SelectSql"/>.</summary>
    /// <param name="reader">The rows.</param>
    /// <param name="onDamaged">Receives the node's name and the reason for every damaged row, which is skipped.</param>
    public static List<NodeStatus> ReadAll(SqliteDataReader reader, Action<string, string> onDamaged)
    {
        var nodes = new List<NodeStatus>();
        while (reader.Read())
        {
            var name = reader.GetValue(0) as string ?? "(no name)";
            try
            {
                nodes.Add(Read(reader));
            }
            catch (Exception exception) when (TelemetryDatabase.IsRowDamage(exception))
            {
                onDamaged(name, exception.Message);
            }
        }

        return nodes;
    }

    /// <summary>Writes the description of a node: what rarely changes.</summary>
    public static void Upsert(DatabaseSession session, NodeStatus status) => session.Execute(
        """
        INSERT INTO node (name, hostname, address, first_seen, health, interval, about, labels, port, key, bye,
            isolated, multicast_lost, answers_probes)
        VALUES ($name, $hostname, $address, $first, $health, $interval, $about, $labels, $port, $key, $bye,
            $isolated, $multicastLost, $answers)
        ON CONFLICT (name) DO UPDATE SET hostname = excluded.hostname, address = excluded.address,
            first_seen = CASE WHEN first_seen BETWEEN 0 AND excluded.first_seen THEN first_seen
                ELSE excluded.first_seen END,
            health = excluded.health,
            interval = excluded.interval,
            about = coalesce(excluded.about, about),
            labels = CASE WHEN excluded.about IS NULL THEN coalesce(excluded.labels, labels)
                ELSE excluded.labels END,
            port = excluded.port, key = excluded.key, bye = excluded.bye,
            isolated = excluded.isolated, multicast_lost = excluded.multicast_lost,
            answers_probes = excluded.answers_probes
        """,
        ("$name", status.Id),
        ("$hostname", status.Hostname),
        ("$address", status.Address),
        ("$first", status.FirstSeen.ToUnixTimeMilliseconds()),
        ("$health", status.Health.ToString()),
        ("$interval", (long)status.Interval.TotalMilliseconds),
        ("$about", ToJson(status.About, NodeRowJson.Default.AboutReading)),
        ("$labels", ToJson(status.Labels?.ToArray(), NodeRowJson.Default.KeyValuePairStringStringArray)),
        ("$port", status.Port),
        ("$key", status.Readings.Signature),
        ("$bye", ToJson(status.Bye, NodeRowJson.Default.ByeReading)),
        ("$isolated", status.IsIsolated),
        ("$multicastLost", status.IsMulticastLost),
        ("$answers", status.AnswersProbes));

    /// <summary>Writes the progress of a node: which of its samples are stored.</summary>
    public static void UpsertProgress(DatabaseSession session, NodeStatus status)
    {
        // One for every node in every checkpoint.
        var statement = session.Prepare(
            """
            INSERT INTO node_progress (node, last_seen, boot, run, sequence, earlier_runs, gaps, uptime, sent, boots,
                identity)
            VALUES ((SELECT id FROM node WHERE name = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            ON CONFLICT (node) DO UPDATE SET last_seen = excluded.last_seen,
                boot = excluded.boot, run = excluded.run, sequence = excluded.sequence,
                earlier_runs = excluded.earlier_runs, gaps = excluded.gaps, uptime = excluded.uptime,
                sent = excluded.sent, boots = excluded.boots, identity = excluded.identity
            """);
        var header = status.Header;
        statement.Bind(0, status.Id);
        statement.Bind(1, status.LastSeen.ToUnixTimeMilliseconds());
        statement.Bind(2, header?.Boot);
        statement.Bind(3, header?.Run);
        statement.Bind(4, header?.Sequence);
        statement.Bind(5, ToJson(
            status.EarlierRuns.Count == 0 ? null : Flat(status.EarlierRuns), NodeRowJson.Default.Int64Array));
        statement.Bind(6, ToJson(
            status.Gaps.Count == 0 ? null : Flat(status.Gaps), NodeRowJson.Default.Int64Array));
        statement.Bind(7, header?.UptimeSeconds);
        statement.Bind(8, header?.TimeMilliseconds);
        statement.Bind(9, ToJson(
            status.EarlierBoots.Count == 0 ? null : Flat(status.EarlierBoots), NodeRowJson.Default.Int64Array));
        statement.Bind(10, header is not null && header.Node != status.Id ? header.Node : null);
        statement.Run();
    }

    /// <summary>Gets the forgotten nodes except the given number of those received last.</summary>
    public static List<string> ForgottenBeyond(DatabaseSession session, int count)
    {
        using var reader = session.Command(
            "SELECT name FROM node JOIN node_progress ON node_progress.node = node.id WHERE health = 'Forgotten' "
            + $"ORDER BY last_seen DESC LIMIT -1 OFFSET {count}").ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    /// <summary>Removes a node.</summary>
    public static void Delete(DatabaseSession session, string id)
    {
        session.Execute(
            "DELETE FROM node_progress WHERE node = (SELECT id FROM node WHERE name = $name)", ("$name", id));
        session.Execute("DELETE FROM node WHERE name = $name", ("$name", id));
    }

    /// <summary>Determines whether the row in <c>node</c> is the same for two statuses of a node.</summary>
    public static bool IsSame(NodeStatus one, NodeStatus other) =>
        one.Hostname == other.Hostname && one.Address == other.Address && one.FirstSeen == other.FirstSeen
        && one.Health == other.Health && one.Port == other.Port && one.Bye == other.Bye
        && one.IsIsolated == other.IsIsolated && one.IsMulticastLost == other.IsMulticastLost
        && one.AnswersProbes == other.AnswersProbes
        && KeyName(one.Readings.Signature) == KeyName(other.Readings.Signature)
        && IsSame(one.Labels, other.Labels)
        && IsSame(one.About, other.About)

        // The third digit of a learnt interval varies and does not matter.
        && Math.Abs((one.Interval - other.Interval).Ticks) <= one.Interval.Ticks / 10;

    // The same description comes every half minute as another object with another list in it.
    private static bool IsSame(AboutReading? one, AboutReading? other) =>
        ReferenceEquals(one, other)
        || (one is not null && other is not null
            && one with { Addresses = null } == other with { Addresses = null }
            && IsSame(one.Addresses, other.Addresses));

    private static bool IsSame<T>(IReadOnlyList<T>? one, IReadOnlyList<T>? other) =>
        ReferenceEquals(one, other) || (one ?? []).SequenceEqual(other ?? []);

    // Every datagram has another signature; only the name of the key matters.
    private static string? KeyName(string? signature) => signature?.Split(':')[0];

    // The node is known, but has not sent since the collector started.
    private static NodeStatus Read(SqliteDataReader reader)
    {
        var id = reader.GetString(0);
        var hostname = reader.GetString(1);
        var interval = ReadInterval(reader.GetInt64(5));
        var lastSeen = reader.GetInt64(8);
        return new NodeStatus
        {
            Id = id,
            Hostname = hostname,
            Address = reader.IsDBNull(2) ? null : reader.GetString(2),
            FirstSeen = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3)),
            Health = Enum.TryParse<NodeHealth>(reader.GetString(4), out var health) && Enum.IsDefined(health)
                ? health
                : NodeHealth.Lost,
            Interval = interval,
            About = Parse(reader, 6, NodeRowJson.Default.AboutReading),
            Labels = ReadLabels(reader),
            LastSeen = DateTimeOffset.FromUnixTimeMilliseconds(lastSeen),
            LastSeenTimestamp = 0,
            HealthSince = DateTimeOffset.FromUnixTimeMilliseconds(lastSeen),
            Header = reader.IsDBNull(9) || reader.IsDBNull(10) || reader.IsDBNull(11)
                ? null
                : new SampleHeader
                {
                    Node = reader.IsDBNull(23) ? id : ReadIdentity(reader.GetString(23)),
                    Boot = checked((uint)reader.GetInt64(9)),
                    Run = checked((uint)reader.GetInt64(10)),
                    Sequence = checked((long)(ulong)reader.GetInt64(11)),
                    UptimeSeconds = reader.IsDBNull(21) ? null : reader.GetInt64(21),
                    TimeMilliseconds = reader.IsDBNull(22) ? lastSeen : reader.GetInt64(22),
                    IntervalMilliseconds = (int)interval.TotalMilliseconds,
                },
            EarlierRuns = ReadRuns(reader),
            Gaps = ReadGaps(reader),
            Port = reader.IsDBNull(14) ? null : checked((ushort)reader.GetInt64(14)),
            Readings = new NodeSnapshot
            {
                Hostname = hostname,
                Signature = reader.IsDBNull(15) ? null : reader.GetString(15),
            },
            Bye = Parse(reader, 16, NodeRowJson.Default.ByeReading),
            EarlierBoots = ReadBoots(reader),
            IsIsolated = reader.GetBoolean(18),
            IsMulticastLost = reader.GetBoolean(19),
            AnswersProbes = reader.GetBoolean(20),
            Received = 0,
            Missed = 0,
            Duplicates = 0,
        };
    }

    private static string ReadIdentity(string text) =>
        text.Length == WireLimits.NodeDigits && text.All(char.IsAsciiHexDigitLower)
            ? text
            : throw new InvalidDataException("An identity that is none.");

    // A learnt interval may be far longer than an announced one, but never longer than a day.
    private static TimeSpan ReadInterval(long milliseconds) => milliseconds is >= 0 and <= 86_400_000
        ? TimeSpan.FromMilliseconds(milliseconds)
        : throw new InvalidDataException($"An interval of {milliseconds} ms.");

    private static KeyValuePair<string, string>[]? ReadLabels(SqliteDataReader reader)
    {
        var labels = Parse(reader, 7, NodeRowJson.Default.KeyValuePairStringStringArray);
        return labels is { Length: > WireLimits.LabelCountMax }
            || labels?.Any(static label => label.Key is null || label.Value is null) is true
                ? throw new InvalidDataException("Labels without name or value, or too many.")
                : labels;
    }

    // First sample, last sample and received parts of each gap.
    private static long[] Flat(IReadOnlyList<SampleGap> gaps) =>
        [.. gaps.SelectMany(static gap => (long[])[gap.From, gap.To, unchecked((long)gap.Parts)])];

    // Run and highest sequence of each run.
    private static long[] Flat(IReadOnlyList<EarlierRun> runs) =>
        [.. runs.SelectMany(static run => (long[])[run.Run, run.Highest])];

    // Boot, uptime and clock of each boot.
    private static long[] Flat(IReadOnlyList<BootMark> boots) =>
        [.. boots.SelectMany(static mark => (long[])[mark.Boot, mark.UptimeSeconds, mark.TimeMilliseconds])];

    private static EarlierRun[] ReadRuns(SqliteDataReader reader)
    {
        var numbers = Parse(reader, 12, NodeRowJson.Default.Int64Array) ?? [];
        return numbers.Length % 2 != 0 || numbers.Length > RunHistory.RunCountMax * 2
            ? throw new InvalidDataException($"{numbers.Length} numbers of runs.")
            : [.. numbers.Chunk(2).Select(static run => new EarlierRun(checked((uint)run[0]), run[1]))];
    }

    private static BootMark[] ReadBoots(SqliteDataReader reader)
    {
        var numbers = Parse(reader, 17, NodeRowJson.Default.Int64Array) ?? [];
        return numbers.Length % 3 != 0 || numbers.Length > RunHistory.BootCountMax * 3
            ? throw new InvalidDataException($"{numbers.Length} numbers of boots.")
            : [.. numbers.Chunk(3).Select(static mark => new BootMark(checked((uint)mark[0]), mark[1], mark[2]))];
    }

    private static SampleGap[] ReadGaps(SqliteDataReader reader)
    {
        var numbers = Parse(reader, 13, NodeRowJson.Default.Int64Array) ?? [];
        var gaps = new List<SampleGap>();
        for (var index = 0; index + 2 < numbers.Length; index += 3)
        {
            var gap = new SampleGap(numbers[index], numbers[index + 1], unchecked((ulong)numbers[index + 2]), false);
            if (gap.From < 0 || gap.To < gap.From || (gaps.Count > 0 && gap.From <= gaps[^1].To))
            {
                throw new InvalidDataException("Gaps that are out of order.");
            }

            gaps.Add(gap);
        }

        return gaps.Count > SequenceWindow.GapCountMax + 1
            ? throw new InvalidDataException($"{gaps.Count} gaps.")
            : [.. gaps];
    }

    private static T? Parse<T>(SqliteDataReader reader, int column, JsonTypeInfo<T> type)
        where T : class =>
        reader.IsDBNull(column) ? null : JsonSerializer.Deserialize(reader.GetString(column), type);

    private static string? ToJson<T>(T? value, JsonTypeInfo<T> type)
        where T : class =>
        value is null ? null : JsonSerializer.Serialize(value, type);

    [JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(AboutReading))]
    [JsonSerializable(typeof(ByeReading))]
    [JsonSerializable(typeof(KeyValuePair<string, string>[]))]
    [JsonSerializable(typeof(long[]))]
    private sealed partial class NodeRowJson : JsonSerializerContext;
}
