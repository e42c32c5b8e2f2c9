using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Alerts.Storage;

/// <summary>The statements on the tables <c>alert</c>, <c>alert_notification</c> and <c>silence</c>.</summary>
internal static partial class AlertRows
{
    /// <summary>Writes or deletes an alert.</summary>
    public static void Write(DatabaseSession session, string id, AlertRow? row)
    {
        if (row is null)
        {
            session.Execute("DELETE FROM alert WHERE id = $id", ("$id", id));
            return;
        }

        var alert = row.Alert;
        session.Execute(
            """
            INSERT OR REPLACE INTO alert (id, rule, severity, node, hostname, entry, labels, state, since, held, fired,
                resolved, value, summary, ending, send_resolved, node_evicted)
            VALUES ($id, $rule, $severity, $node, $hostname, $entry, $labels, $state, $since, $held, $fired,
                $resolved, $value, $summary, $ending, $resolvable, $evicted)
            """,
            ("$id", id),
            ("$rule", alert.Rule),
            ("$severity", alert.Severity.Name()),
            ("$node", alert.Node),
            ("$hostname", alert.Hostname),
            ("$entry", alert.Entry),
            ("$labels", Json(alert.Labels)),
            ("$state", alert.Phase.Name()),
            ("$since", alert.Since.ToUnixTimeMilliseconds()),
            ("$held", (long)row.Held.TotalMilliseconds),
            ("$fired", alert.FiredAt?.ToUnixTimeMilliseconds()),
            ("$resolved", alert.ResolvedAt?.ToUnixTimeMilliseconds()),
            ("$value", alert.Value),
            ("$summary", alert.Summary),
            ("$ending", alert.Ending),
            ("$resolvable", alert.SendResolved ? 1 : 0),
            ("$evicted", alert.IsNodeEvicted ? 1 : 0));
    }

    /// <summary>Writes or deletes a delivery.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="key">Channel and alert, separated by a line feed.</param>
    /// <param name="row">The row.</param>
    public static void Write(DatabaseSession session, string key, DeliveryRow? row)
    {
        if (row is null)
        {
            var end = key.IndexOf('\n', StringComparison.Ordinal);
            session.Execute(
                "DELETE FROM alert_notification WHERE channel = $channel AND alert = $alert",
                ("$channel", key[..end]),
                ("$alert", key[(end + 1)..]));
            return;
        }

        session.Execute(
            "INSERT OR REPLACE INTO alert_notification (channel, alert, state, time) "
            + "VALUES ($channel, $alert, $state, $time)",
            ("$channel", row.Channel),
            ("$alert", row.Alert),
            ("$state", row.Progress == DeliveryProgress.Firing ? "firing" : "tried"),
            ("$time", row.At.ToUnixTimeMilliseconds()));
    }

    /// <summary>Writes or deletes a silence.</summary>
    public static void Write(DatabaseSession session, string id, Silence? silence)
    {
        if (silence is null)
        {
            session.Execute("DELETE FROM silence WHERE id = $id", ("$id", id));
            return;
        }

        session.Execute(
            """
            INSERT OR REPLACE INTO silence (id, matchers, created, until, author, comment)
            VALUES ($id, $matchers, $created, $until, $author, $comment)
            """,
            ("$id", id),
            ("$matchers", Json(silence.Matcher.Patterns)),
            ("$created", silence.CreatedAt.ToUnixTimeMilliseconds()),
            ("$until", silence.Until.ToUnixTimeMilliseconds()),
            ("$author", silence.Author),
            ("$comment", silence.Comment));
    }

    /// <summary>Reads all alerts.</summary>
    public static List<AlertRow> ReadAlerts(SqliteConnection connection, TelemetryDatabase database) => ReadAll(
        connection,
        "SELECT id, rule, severity, node, hostname, entry, labels, state, since, held, fired, resolved, value, "
        + "summary, ending, send_resolved, node_evicted FROM alert ORDER BY id",
        "alert",
        database,
        static reader => new AlertRow(
            new Alert
            {
                Id = reader.GetString(0),
                Rule = reader.GetString(1),
                Severity = AlertSeverityNames.TryParse(reader.GetString(2), out var severity)
                    ? severity
                    : throw new InvalidDataException("An unknown severity."),
                Node = Text(reader, 3),
                Hostname = Text(reader, 4),
                Entry = Text(reader, 5),
                Labels = Pairs(reader.GetString(6)),
                Phase = AlertPhaseNames.TryParse(reader.GetString(7), out var phase)
                    ? phase
                    : throw new InvalidDataException("An unknown state."),
                Since = Time(reader.GetInt64(8)),
                FiredAt = reader.IsDBNull(10) ? null : Time(reader.GetInt64(10)),
                ResolvedAt = reader.IsDBNull(11) ? null : Time(reader.GetInt64(11)),
                Value = reader.IsDBNull(12) ? null : reader.GetDouble(12),
                Summary = reader.GetString(13),
                Ending = Text(reader, 14),
                SendResolved = reader.GetInt64(15) != 0,
                IsNodeEvicted = reader.GetInt64(16) != 0,
            },
            reader.GetInt64(9) is >= 0 and <= TimeSpan.TicksPerDay * 3650 / TimeSpan.TicksPerMillisecond and var held
                ? TimeSpan.FromMilliseconds(held)
                : throw new InvalidDataException("A duration out of range.")));

    /// <summary>Reads all deliveries.</summary>
    public static List<DeliveryRow> ReadDeliveries(SqliteConnection connection, TelemetryDatabase database) => ReadAll(
        connection,
        "SELECT channel, alert, state, time FROM alert_notification ORDER BY channel, alert",
        "alert_notification",
        database,
        static reader => new DeliveryRow(
            reader.GetString(0),
            reader.GetString(1),
            reader.GetString(2) == "firing" ? DeliveryProgress.Firing : DeliveryProgress.Tried,
            Time(reader.GetInt64(3))));

    /// <summary>Reads all silences.</summary>
    public static List<Silence> ReadSilences(SqliteConnection connection, TelemetryDatabase database) => ReadAll(
        connection,
        "SELECT id, matchers, created, until, author, comment FROM silence ORDER BY id",
        "silence",
        database,
        static reader => new Silence(
            reader.GetString(0),
            new AlertMatcher(Pairs(reader.GetString(1))),
            Time(reader.GetInt64(2)),
            Time(reader.GetInt64(3)),
            reader.GetString(4),
            reader.GetString(5)));

    private static List<TRow> ReadAll<TRow>(
        SqliteConnection connection,
        string text,
        string table,
        TelemetryDatabase database,
        Func<SqliteDataReader, TRow> read)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts are constants of this file.
        command.CommandText = text;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<TRow>();
        while (reader.Read())
        {
            try
            {
                rows.Add(read(reader));
            }
            catch (Exception exception) when (TelemetryDatabase.IsRowDamage(exception))
            {
                database.ReportDamagedRow(table, reader.GetValue(0) as string ?? "(no name)", exception.Message);
            }
        }

        return rows;
    }

    private static string? Text(SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static string Json(IReadOnlyList<KeyValuePair<string, string>> pairs) =>
        JsonSerializer.Serialize([.. pairs], RowJson.Default.KeyValuePairStringStringArray);

    private static KeyValuePair<string, string>[] Pairs(string text)
    {
        var pairs = JsonSerializer.Deserialize(text, RowJson.Default.KeyValuePairStringStringArray);
        return pairs is null || pairs.Any(static pair => pair.Key is null || pair.Value is null)
            ? throw new InvalidDataException("Labels without name or value.")
            : pairs;
    }

    [JsonSerializable(typeof(KeyValuePair<string, string>[]))]
    private sealed partial class RowJson : JsonSerializerContext;
}
