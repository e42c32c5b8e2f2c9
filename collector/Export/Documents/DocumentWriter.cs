using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Export.Documents;

/// <summary>Writes the fields of a document as JSON, grouped by object.</summary>
/// <remarks>Allocates nothing once it has seen the labels. For one thread.</remarks>
internal sealed class DocumentWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _lines;
    private readonly Utf8JsonWriter _json;
    private readonly LabelNames _labels;
    private readonly string _observer;
    private int _depth;
    private DocumentField? _last;

    /// <summary>Initializes a new instance of the <see cref="DocumentWriter"/> class.</summary>
    /// <param name="lines">The destination.</param>
    /// <param name="labels">The names of labels.</param>
    /// <param name="observer">The collector's name.</param>
    public DocumentWriter(ArrayBufferWriter<byte> lines, LabelNames labels, string observer)
    {
        _observer = observer;
        _lines = lines;
        _labels = labels;

        // The structure is valid by construction; a test parses the output.
        _json = new Utf8JsonWriter(lines, new JsonWriterOptions
        {
            SkipValidation = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
    }

    /// <summary>Writes one document and a line feed.</summary>
    public void Write(IReadOnlyList<DocumentField> fields, in DocumentSource source)
    {
        _json.Reset(_lines);
        _json.WriteStartObject();
        _depth = 0;
        _last = null;
        for (var index = 0; index < fields.Count; index++)
        {
            WriteField(fields[index], source);
        }

        Close(0);
        _json.WriteEndObject();
        _json.Flush();
        _lines.Write("\n"u8);
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void WriteField(DocumentField field, in DocumentSource source)
    {
        switch (field.Content)
        {
            case FieldContent.Reading:
                WriteNumber(field, source.Snapshot?[field.Field!]);
                break;
            case FieldContent.EntryField when field.Type == FieldType.Keyword:
                WriteText(field, source.Entry!.Value.Text(field.Field!));
                break;
            case FieldContent.EntryField:
                WriteNumber(field, source.Entry!.Value[field.Field!]);
                break;
            case FieldContent.EntryName:
                WriteText(field, source.Entry!.Value.Name);
                break;
            case FieldContent.Timestamp:
                WriteTime(field, source.Time);
                break;
            case FieldContent.Ingested:
                WriteTime(field, source.Received);
                break;
            case FieldContent.Metricset:
                Open(field);
                _json.WriteString(field.Names[^1], source.Metricset);
                break;
            case FieldContent.HostName:
                WriteText(field, source.Hostname);
                break;
            case FieldContent.HostId:
                WriteText(field, source.NodeId);
                break;
            case FieldContent.Observer:
                WriteText(field, _observer);
                break;
            case FieldContent.HostAddress:
                WriteText(field, WithoutScope(source.Status?.Address ?? source.Event?.Details.Address));
                break;
            case FieldContent.Interval:
                WriteNumber(field, source.Snapshot?.Header?.IntervalMilliseconds ?? LearntInterval(source.Status));
                break;
            case FieldContent.Labels:
                WriteLabels(field, source.Snapshot?.Labels ?? source.Status?.Labels);
                break;
            default:
                WriteRest(field, source);
                break;
        }
    }

    private void WriteRest(DocumentField field, in DocumentSource source)
    {
        if (source.Snapshot is { } snapshot)
        {
            WriteSample(field, source, snapshot);
        }

        if (source.Status is { } status)
        {
            WriteStatus(field, status, source.Snapshot?.About ?? status.About);
        }

        if (source.Event is { } raised)
        {
            WriteEvent(field, raised);
        }
    }

    private void WriteSample(DocumentField field, in DocumentSource source, NodeSnapshot snapshot)
    {
        var header = snapshot.Header;
        switch (field.Content)
        {
            case FieldContent.List when snapshot.Section(field.Field!.Section) is { } list:
                WriteList(field, list);
                break;
            case FieldContent.ByeReason:
                WriteText(field, snapshot.Bye?.Reason);
                break;
            case FieldContent.ByeBack:
                WriteNumber(field, snapshot.Bye?.BackSeconds);
                break;
            case FieldContent.SenderTime when header is not null && !source.IsClockTrusted:
                WriteTime(field, header.TimeMilliseconds);
                break;
            case FieldContent.Sequence:
                WriteNumber(field, header?.Sequence);
                break;
            case FieldContent.PartIndex:
                WriteNumber(field, header?.Part?.Index);
                break;
            case FieldContent.PartCount:
                WriteNumber(field, header?.Part?.Count);
                break;
            case FieldContent.Boot when header is not null:
                WriteHex(field, header.Boot);
                break;
            case FieldContent.Run when header is not null:
                WriteHex(field, header.Run);
                break;
            default:
                break;
        }
    }

    private void WriteStatus(DocumentField field, NodeStatus status, AboutReading? about)
    {
        switch (field.Content)
        {
            case FieldContent.HostArchitecture:
                WriteText(field, about?.Architecture);
                break;
            case FieldContent.OperatingSystem:
                WriteText(field, about?.OperatingSystem);
                break;
            case FieldContent.Kernel:
                WriteText(field, about?.Kernel);
                break;
            case FieldContent.Board:
                WriteText(field, about?.Board);
                break;
            case FieldContent.AgentVersion:
                WriteText(field, about?.AgentVersion);
                break;
            case FieldContent.Health:
                WriteText(field, status.Health.Name());
                break;
            case FieldContent.HealthSince:
                WriteTime(field, status.HealthSince.ToUnixTimeMilliseconds());
                break;
            case FieldContent.FirstSeen:
                WriteTime(field, status.FirstSeen.ToUnixTimeMilliseconds());
                break;
            case FieldContent.LastSeen:
                WriteTime(field, status.LastSeen.ToUnixTimeMilliseconds());
                break;
            case FieldContent.Missed:
                WriteNumber(field, status.Missed);
                break;
            default:
                break;
        }
    }

    private void WriteEvent(DocumentField field, NodeEvent raised)
    {
        var details = raised.Details;
        switch (field.Content)
        {
            case FieldContent.EventAction:
                WriteText(field, raised.Kind.Name());
                break;
            case FieldContent.EventText:
                WriteText(field, raised.Text);
                break;
            case FieldContent.EventReason:
                WriteText(field, details.Reason ?? details.Cause);
                break;
            case FieldContent.EventBefore:
                WriteText(field, details.Before);
                break;
            case FieldContent.EventSilence:
                WriteNumber(field, details.SilenceSeconds);
                break;
            case FieldContent.EventPlanned when details.Planned is { } planned:
                WriteNumber(field, planned ? 1.0 : 0.0);
                break;
            case FieldContent.EventSymptoms:
                WriteTexts(field, details.Symptoms);
                break;
            case FieldContent.EventChanges:
                WriteTexts(field, details.Changes);
                break;
            case FieldContent.EventOtherNode:
                WriteText(field, details.OtherNode);
                break;
            case FieldContent.EventNodeCount:
                WriteNumber(field, (long?)details.NodeCount);
                break;
            default:
                break;
        }
    }

    // Closes the objects that do not contain the field, and opens those that do.
    private void Open(DocumentField field)
    {
        Close(_last is null ? 0 : field.SharedWith(_last));
        for (; _depth < field.Names.Length - 1; _depth++)
        {
            _json.WriteStartObject(field.Names[_depth]);
        }

        _last = field;
    }

    private void Close(int depth)
    {
        for (; _depth > depth; _depth--)
        {
            _json.WriteEndObject();
        }
    }

    private void WriteNumber(DocumentField field, double? value)
    {
        if (value is not { } number || !double.IsFinite(number))
        {
            return;
        }

        Open(field);
        if (field.Type == FieldType.Boolean)
        {
            _json.WriteBoolean(field.Names[^1], number != 0);
        }
        else if (field.Type == FieldType.Long && Math.Abs(number) < 1e18)
        {
            // As a double it would be written as 1E+15; a field of type long needs an integer.
            _json.WriteNumber(field.Names[^1], (long)Math.Round(number));
        }
        else
        {
            _json.WriteNumber(field.Names[^1], number);
        }
    }

    private void WriteNumber(DocumentField field, long? value)
    {
        if (value is { } number)
        {
            Open(field);
            _json.WriteNumber(field.Names[^1], number);
        }
    }

    private void WriteText(DocumentField field, ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty)
        {
            Open(field);
            _json.WriteString(field.Names[^1], text);
        }
    }

    private void WriteTexts(DocumentField field, IReadOnlyList<string>? texts)
    {
        if (texts is not { Count: > 0 })
        {
            return;
        }

        Open(field);
        _json.WriteStartArray(field.Names[^1]);
        for (var index = 0; index < texts.Count; index++)
        {
            _json.WriteStringValue(texts[index]);
        }

        _json.WriteEndArray();
    }

    private void WriteTime(DocumentField field, long milliseconds)
    {
        Span<byte> text = stackalloc byte[IsoTime.Length];
        IsoTime.Write(milliseconds, text);
        Open(field);
        _json.WriteString(field.Names[^1], text);
    }

    private void WriteHex(DocumentField field, uint value)
    {
        Span<byte> digits = stackalloc byte[WireLimits.RunDigits];
        HexDigits.Write(value, digits);
        Open(field);
        _json.WriteString(field.Names[^1], digits);
    }

    private void WriteList(DocumentField field, SectionReading list)
    {
        Open(field);
        _json.WriteStartArray(field.Names[^1]);
        for (var index = 0; index < list.EntryCount; index++)
        {
            _json.WriteNumberValue(list[index][field.Field!] ?? 0);
        }

        _json.WriteEndArray();
    }

    private void WriteLabels(DocumentField field, IReadOnlyList<KeyValuePair<string, string>>? labels)
    {
        if (labels is not null)
        {
            Open(field);
            _json.WriteStartObject(field.Names[^1]);
            _labels.Write(_json, labels);
            _json.WriteEndObject();
        }
    }

    private static long? LearntInterval(NodeStatus? status) =>
        status is { IsIntervalKnown: true } ? (long)status.Interval.TotalMilliseconds : null;

    // OpenSearch does not accept an address with a scope, such as fe80::1%eth0.
    private static ReadOnlySpan<char> WithoutScope(string? address)
    {
        var scope = address?.IndexOf('%', StringComparison.Ordinal) ?? -1;
        return scope < 0 ? address : address.AsSpan(0, scope);
    }
}
