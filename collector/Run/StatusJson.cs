using System.Text.Json;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Run;

/// <summary>
/// Writes the collector's status as API.md describes it. It reads every part, so it belongs to the composition root.
/// </summary>
internal sealed class StatusJson(
    string version,
    NodeRegistry registry,
    CollectorMetrics metrics,
    Func<DatabaseStatus> database,
    Func<ExportStatus> export,
    Func<BacklogDrain?> drain,
    Action<Utf8JsonWriter> writeAlerts,
    int port,
    SignaturePolicy signatures,
    TimeProvider time)
{
    /// <summary>The minimum window of the rate, so that frequent requests do not make it jump.</summary>
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly long _started = time.GetTimestamp();
    private long _rateTimestamp = time.GetTimestamp();
    private double _rateReceived;
    private double _perSecond;

    /// <summary>Writes the status.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("time"u8, time.GetUtcNow().ToUnixTimeMilliseconds());
        writer.WriteString("version"u8, version);
        writer.WriteString("hostname"u8, Environment.MachineName);
        writer.WriteNumber("uptimeSeconds"u8, (long)time.GetElapsedTime(_started).TotalSeconds);
        WriteNodes(writer);
        WriteJoining(writer);
        WriteOutage(writer, registry.Outage);
        WriteDatagrams(writer);
        writer.WriteNumber("residentBytes"u8, Environment.WorkingSet);
        WriteDatabase(writer, database());
        WriteExport(writer, export(), drain());
        writeAlerts(writer);
        writer.WriteEndObject();
    }

    private static void WriteOutage(Utf8JsonWriter writer, NodeEvent? outage)
    {
        if (outage is not null)
        {
            writer.WriteStartObject("outage"u8);
            writer.WriteString("cause"u8, outage.Details.Cause);
            writer.WriteNumber("since"u8, outage.Time.ToUnixTimeMilliseconds());
            writer.WriteString("text"u8, outage.Text);
            writer.WriteEndObject();
        }
    }

    private static void WriteDatabase(Utf8JsonWriter writer, DatabaseStatus status)
    {
        writer.WriteStartObject("database"u8);
        writer.WriteString("path"u8, status.Path);
        writer.WriteNumber("bytes"u8, status.Bytes);
        writer.WriteBoolean("degraded"u8, status.IsDegraded);
        if (status.Problem is { } problem)
        {
            writer.WriteString("problem"u8, problem);
        }

        writer.WriteNumber("writtenBytesPerDay"u8, status.WrittenBytesPerDay);
        writer.WriteEndObject();
    }

    private static void WriteExport(Utf8JsonWriter writer, ExportStatus status, BacklogDrain? drain)
    {
        writer.WriteStartObject("openSearch"u8);
        writer.WriteBoolean("enabled"u8, status.IsEnabled);
        writer.WriteString("state"u8, status.Health.ToString().ToLowerInvariant());
        if (status.Problem is { } problem)
        {
            writer.WriteString("problem"u8, problem);
        }

        writer.WriteNumber("backlogDocuments"u8, status.BacklogDocuments);
        writer.WriteNumber("backlogBytes"u8, status.BacklogBytes);
        writer.WriteNumber("exportedDocuments"u8, status.ExportedDocuments);
        if (drain is not null)
        {
            writer.WriteStartObject("drain"u8);
            writer.WriteNumber("perSecond"u8, Math.Round(drain.PerSecond));
            if (drain.Left is { } left)
            {
                writer.WriteNumber("secondsLeft"u8, (long)left.TotalSeconds);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes what an agent needs to report here, as long as none does.</summary>
    private void WriteJoining(Utf8JsonWriter writer)
    {
        if (registry.Count > 0)
        {
            return;
        }

        writer.WriteStartObject("joining"u8);
        writer.WriteStartArray("addresses"u8);
        foreach (var address in OwnAddresses.List())
        {
            writer.WriteStringValue(address);
        }

        writer.WriteEndArray();
        writer.WriteNumber("port"u8, port);
        writer.WriteBoolean("signed"u8, signatures == SignaturePolicy.Require);
        writer.WriteEndObject();
    }

    private void WriteNodes(Utf8JsonWriter writer)
    {
        var counts = registry.Statuses.CountBy(static status => status.Health).ToDictionary();
        writer.WriteStartObject("nodes"u8);
        foreach (
            var health in (ReadOnlySpan<NodeHealth>)[
                NodeHealth.Up, NodeHealth.Late, NodeHealth.Lost, NodeHealth.Left, NodeHealth.Rebooting])
        {
            writer.WriteNumber(health.Name(), counts.GetValueOrDefault(health));
        }

        writer.WriteEndObject();
    }

    private void WriteDatagrams(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("datagrams"u8);
        writer.WriteNumber("received"u8, metrics.DatagramsReceived.Value);
        writer.WriteNumber("accepted"u8, metrics.DatagramsAccepted.Value);
        writer.WriteNumber("duplicate"u8, metrics.DatagramsDuplicate.Value);
        writer.WriteNumber("rejected"u8, metrics.DatagramsRejected.Total);
        writer.WriteNumber("dropped"u8, metrics.DatagramsDropped.Total);
        writer.WriteNumber("perSecond"u8, Math.Round(Rate(), 1));
        writer.WriteEndObject();
    }

    private double Rate()
    {
        lock (_lock)
        {
            var elapsed = time.GetElapsedTime(_rateTimestamp);
            if (elapsed >= RateWindow)
            {
                var received = metrics.DatagramsReceived.Value;
                _perSecond = (received - _rateReceived) / elapsed.TotalSeconds;
                _rateReceived = received;
                _rateTimestamp = time.GetTimestamp();
            }

            return _perSecond;
        }
    }
}
