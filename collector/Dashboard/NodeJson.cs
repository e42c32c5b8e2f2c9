using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>Writes a node as API.md describes it. Missing values are omitted.</summary>
internal static class NodeJson
{
    /// <summary>JSON for browsers: it is never embedded in a page, so only what JSON requires is escaped.</summary>
    public static readonly JsonWriterOptions WriterOptions =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As much as a socket's buffer takes at once.</summary>
    private const int FlushBytes = 64 * 1024;

    private static readonly (JsonEncodedText Name, FieldDefinition Field)[] Scalars =
        [.. ReadingCatalog.Scalars
            .Where(static reading => reading.Section.ListApiName is null)
            .Select(static reading => (JsonEncodedText.Encode(reading.ApiName), reading))];

    /// <summary>The parts of a node that an update omits if they have not changed.</summary>
    [Flags]
    public enum Sections
    {
        None = 0,

        /// <summary><c>about</c> and <c>labels</c>, which change rarely.</summary>
        About = 1,

        /// <summary><c>readings</c>.</summary>
        Readings = 2,

        /// <summary>Everything.</summary>
        All = About | Readings,
    }

    /// <summary>
    /// Writes <c>{"time":…,"nodes":[…]}</c> with all of <paramref name="statuses"/>, ordered by host name,
    /// then identity.
    /// </summary>
    public static void WriteAll(Utf8JsonWriter writer, IEnumerable<NodeStatus> statuses, TimeProvider time)
    {
        BeginAll(writer, time);
        foreach (var status in Order(statuses))
        {
            Write(writer, status, time, Sections.All);
        }

        EndAll(writer);
    }

    /// <summary>Writes the same to a response.</summary>
    /// <remarks>Flushes in between: twenty thousand nodes are 70 MB, which are never buffered as a whole.</remarks>
    public static async Task WriteAllAsync(
        PipeWriter output, IEnumerable<NodeStatus> statuses, TimeProvider time, CancellationToken cancellation)
    {
        await using var writer = new Utf8JsonWriter(output, WriterOptions);
        BeginAll(writer, time);
        foreach (var status in Order(statuses))
        {
            Write(writer, status, time, Sections.All);
            if (writer.BytesPending + output.UnflushedBytes > FlushBytes)
            {
                await writer.FlushAsync(cancellation);
                await output.FlushAsync(cancellation);
            }
        }

        EndAll(writer);
        await writer.FlushAsync(cancellation);
    }

    /// <summary>Writes one node.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="status">The node.</param>
    /// <param name="time">The clock.</param>
    /// <param name="sections">Which of the larger sections to write.</param>
    public static void Write(Utf8JsonWriter writer, NodeStatus status, TimeProvider time, Sections sections)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, status.Id);
        writer.WriteString("hostname"u8, status.Hostname);
        writer.WriteString("health"u8, status.Health.Name());
        writer.WriteNumber("healthSince"u8, status.HealthSince.ToUnixTimeMilliseconds());
        writer.WriteNumber("firstSeen"u8, status.FirstSeen.ToUnixTimeMilliseconds());
        writer.WriteNumber("lastSeen"u8, status.LastSeen.ToUnixTimeMilliseconds());
        writer.WriteNumber("silence"u8, (long)Silence(status, time).TotalMilliseconds);
        writer.WriteNumber("interval"u8, (long)status.Interval.TotalMilliseconds);
        if (status.Address is { } address)
        {
            writer.WriteString("address"u8, address);
        }

        if (status.Header is { } header)
        {
            writer.WriteNumber("version"u8, header.Version);
        }

        writer.WriteNumber("received"u8, status.Received);
        writer.WriteNumber("lost"u8, status.Missed);
        writer.WriteNumber("repaired"u8, status.Repaired);
        writer.WriteNumber("unrecoverable"u8, status.Unrecoverable);
        writer.WriteNumber("duplicates"u8, status.Duplicates);
        writer.WriteBoolean("answersProbes"u8, status.AnswersProbes);
        writer.WriteNumber("probeRecoveries"u8, status.ProbeRecoveries);
        if (status.IsMulticastLost)
        {
            writer.WriteBoolean("multicastLost"u8, true);
        }

        if (status.IsIsolated)
        {
            writer.WriteBoolean("isolated"u8, true);
        }

        if (status.Conflict is { } conflict)
        {
            WriteConflict(writer, conflict);
        }

        if (status.Health is NodeHealth.Left or NodeHealth.Rebooting && status.Bye is { } bye)
        {
            WriteBye(writer, bye);
        }

        if ((sections & Sections.About) != 0)
        {
            WriteLabels(writer, status.Labels);
            WriteAbout(writer, status.About);
        }

        if ((sections & Sections.Readings) != 0)
        {
            WriteReadings(writer, status.Readings);
        }

        writer.WriteEndObject();
    }

    private static void BeginAll(Utf8JsonWriter writer, TimeProvider time)
    {
        writer.WriteStartObject();
        writer.WriteNumber("time"u8, time.GetUtcNow().ToUnixTimeMilliseconds());
        writer.WriteStartArray("nodes"u8);
    }

    private static void EndAll(Utf8JsonWriter writer)
    {
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static IEnumerable<NodeStatus> Order(IEnumerable<NodeStatus> statuses) => statuses
        .OrderBy(static status => status.Hostname, StringComparer.Ordinal)
        .ThenBy(static status => status.Id, StringComparer.Ordinal);

    // This process has received nothing from a node restored from the database: only the wall clock applies.
    private static TimeSpan Silence(NodeStatus status, TimeProvider time)
    {
        var silence = status.Received > 0
            ? time.GetElapsedTime(status.LastSeenTimestamp)
            : time.GetUtcNow() - status.LastSeen;
        return silence > TimeSpan.Zero ? silence : TimeSpan.Zero;
    }

    private static void WriteConflict(Utf8JsonWriter writer, IdentityConflict conflict)
    {
        writer.WriteStartObject("conflict"u8);
        writer.WriteString("kind"u8, conflict.Kind.Name());
        writer.WriteNumber("since"u8, conflict.Since.ToUnixTimeMilliseconds());
        writer.WriteString("text"u8, conflict.Text);
        WriteText(writer, "otherNode"u8, conflict.OtherNode);
        WriteText(writer, "otherAddress"u8, conflict.OtherAddress);
        writer.WriteEndObject();
    }

    private static void WriteBye(Utf8JsonWriter writer, ByeReading bye)
    {
        writer.WriteStartObject("bye"u8);
        writer.WriteString("reason"u8, bye.Reason);
        if (bye.BackSeconds is { } back)
        {
            writer.WriteNumber("back"u8, back);
        }

        writer.WriteEndObject();
    }

    private static void WriteLabels(Utf8JsonWriter writer, IReadOnlyList<KeyValuePair<string, string>>? labels)
    {
        writer.WriteStartObject("labels"u8);
        foreach (var (name, value) in labels ?? [])
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteAbout(Utf8JsonWriter writer, AboutReading? about)
    {
        if (about is null)
        {
            return;
        }

        writer.WriteStartObject("about"u8);
        WriteText(writer, "board"u8, about.Board);
        WriteText(writer, "arch"u8, about.Architecture);
        WriteText(writer, "os"u8, about.OperatingSystem);
        WriteText(writer, "kernel"u8, about.Kernel);
        WriteText(writer, "agent"u8, about.AgentVersion);
        if (about.CoreCount is { } cores)
        {
            writer.WriteNumber("cores"u8, cores);
        }

        if (about.Addresses is { } addresses)
        {
            writer.WriteStartArray("addresses"u8);
            foreach (var address in addresses)
            {
                writer.WriteStringValue(address);
            }

            writer.WriteEndArray();
        }

        WriteText(writer, "hat"u8, about.Hat);
        WriteText(writer, "revision"u8, about.Revision);
        WriteText(writer, "serialHash"u8, about.SerialHash);
        WriteText(writer, "runtime"u8, about.Runtime);
        WriteText(writer, "role"u8, about.Role);
        WriteText(writer, "display"u8, about.Display);
        writer.WriteEndObject();
    }

    private static void WriteReadings(Utf8JsonWriter writer, NodeSnapshot readings)
    {
        writer.WriteStartObject("readings"u8);
        if (readings.Header is { } header)
        {
            writer.WriteNumber("time"u8, header.TimeMilliseconds);
        }

        foreach (var (name, field) in Scalars)
        {
            if (readings[field] is { } number)
            {
                writer.WriteNumber(name, number);
            }
        }

        foreach (var section in readings.Sections)
        {
            if (section.Definition.ListApiName is { } list)
            {
                WriteList(writer, list, section);
            }
            else if (section.Definition.EntryLabel is not null)
            {
                WriteEntries(writer, section);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, string name, SectionReading section)
    {
        writer.WriteStartArray(name);
        for (var index = 0; index < section.EntryCount; index++)
        {
            foreach (var field in section.Definition.Fields)
            {
                writer.WriteNumberValue(section[index][field] ?? 0);
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteEntries(Utf8JsonWriter writer, SectionReading section)
    {
        writer.WriteStartObject(section.Definition.Key);
        for (var index = 0; index < section.EntryCount; index++)
        {
            var entry = section[index];
            writer.WriteStartObject(entry.Name!);
            foreach (var field in section.Definition.Fields)
            {
                if (field.Kind == FieldKind.Text)
                {
                    WriteText(writer, field.ApiName, entry.Text(field));
                }
                else if (entry[field] is { } number)
                {
                    writer.WriteNumber(field.ApiName, number);
                }
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }
}
