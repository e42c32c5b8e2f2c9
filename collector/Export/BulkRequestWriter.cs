using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export.Indices;
using NodeTelemetry.Collector.Nodes;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Export;

/// <summary>Makes the two bulk lines of a reading: the action with index and identity, and the document.</summary>
/// <remarks>Allocates nothing once it has seen the labels. For one thread.</remarks>
internal sealed class BulkRequestWriter : IDisposable
{
    // Each label name becomes a field of the index, of which OpenSearch allows 1000: an inventive sender must not use
    // them up.
    private const int LabelNamesMax = 256;

    private static readonly JsonEncodedText Node = JsonEncodedText.Encode("node");

    private readonly ExportSettings _settings;
    private readonly ExportMetrics _metrics;
    private readonly ArrayBufferWriter<byte> _lines = new(4096);
    private readonly Utf8JsonWriter _json;
    private readonly Dictionary<string, JsonEncodedText?> _labelNames = [];
    private readonly byte[] _suffix = new byte[IndexNames.SuffixLengthMax];
    private int _suffixLength;
    private long _day = long.MinValue;
    private int _depth;
    private DocumentField? _last;

    /// <summary>Initializes a new instance of the <see cref="BulkRequestWriter"/> class.</summary>
    public BulkRequestWriter(ExportSettings settings, CollectorMetrics metrics)
    {
        _settings = settings;
        _metrics = metrics.Export;

        // The structure is right by construction; a test reads what comes out.
        _json = new Utf8JsonWriter(_lines, new JsonWriterOptions
        {
            SkipValidation = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
    }

    /// <summary>Encodes one reading.</summary>
    /// <param name="accepted">The reading.</param>
    /// <param name="status">Its node: labels and architecture are not in every datagram.</param>
    /// <returns>Both lines with their ends; valid until the next call.</returns>
    public ReadOnlySpan<byte> Encode(AcceptedSnapshot accepted, NodeStatus status)
    {
        _lines.ResetWrittenCount();
        var received = accepted.ReceivedAt.ToUnixTimeMilliseconds();
        var header = accepted.Snapshot.Header;
        var isBelieved = header is not null && IsBelieved(header.TimeMilliseconds, received);
        var time = isBelieved ? header!.TimeMilliseconds : received;
        if (header is not null && !isBelieved)
        {
            _metrics.ClocksReplaced.Add();
        }

        WriteAction(accepted.NodeId, header, received, time);
        _json.Reset(_lines);
        _json.WriteStartObject();
        _depth = 0;
        _last = null;
        for (var index = 0; index < DocumentField.All.Count; index++)
        {
            WriteField(DocumentField.All[index], accepted, status, time, received, isBelieved);
        }

        Close(0);
        _json.WriteEndObject();
        _json.Flush();
        _lines.Write("\n"u8);
        return _lines.WrittenSpan;
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private bool IsBelieved(long sent, long received) =>
        sent >= received - (long)_settings.ClockBehindMax.TotalMilliseconds
        && sent <= received + (long)_settings.ClockAheadMax.TotalMilliseconds;

    private void WriteAction(string nodeId, SampleHeader? header, long received, long time)
    {
        var day = Math.DivRem(time, 86_400_000L, out _);
        if (day != _day)
        {
            _day = day;
            _suffixLength = IndexNames.WriteSuffix(
                _settings.Indices.Naming, DateTime.UnixEpoch.AddDays(day), _suffix);
        }

        _lines.Write("{\"create\":{\"_index\":\"nodetelemetry-metrics-v1-"u8);
        _lines.Write(_suffix.AsSpan(0, _suffixLength));
        _lines.Write("\",\"_id\":\""u8);
        _lines.Advance(DocumentId.Write(nodeId, header, received, _lines.GetSpan(DocumentId.LengthMax)));
        _lines.Write("\"}}\n"u8);
    }

    private void WriteField(
        DocumentField field, AcceptedSnapshot accepted, NodeStatus status, long time, long received, bool isBelieved)
    {
        var snapshot = accepted.Snapshot;
        switch (field.Kind)
        {
            case FieldKind.Reading:
                WriteNumber(field, field.Reading!.Value(snapshot));
                break;
            case FieldKind.Timestamp:
                WriteTime(field, time);
                break;
            case FieldKind.Ingested:
                WriteTime(field, received);
                break;
            case FieldKind.SenderTime when snapshot.Header is { } header && !isBelieved:
                WriteTime(field, header.TimeMilliseconds);
                break;
            case FieldKind.Metricset:
                Open(field);
                _json.WriteString(field.Names[^1], Node);
                break;
            case FieldKind.HostName:
                WriteText(field, snapshot.Hostname);
                break;
            case FieldKind.HostId:
                WriteText(field, accepted.NodeId);
                break;
            case FieldKind.HostAddress:
                WriteText(field, WithoutScope(status.Address));
                break;
            case FieldKind.HostArchitecture:
                WriteText(field, (snapshot.About ?? status.About)?.Architecture);
                break;
            case FieldKind.Labels:
                WriteLabels(field, snapshot.Labels ?? status.Labels);
                break;
            case FieldKind.Cores when snapshot.Cpu?.CoreUsageRatios is { Count: > 0 } cores:
                WriteCores(field, cores);
                break;
            case FieldKind.ByeReason:
                WriteText(field, snapshot.Bye?.Reason);
                break;
            case FieldKind.ByeBack:
                WriteNumber(field, snapshot.Bye?.BackSeconds);
                break;
            default:
                WriteHeader(field, snapshot.Header);
                break;
        }
    }

    private void WriteHeader(DocumentField field, SampleHeader? header)
    {
        switch (field.Kind)
        {
            case FieldKind.Sequence:
                WriteNumber(field, header?.Sequence);
                break;
            case FieldKind.Interval:
                WriteNumber(field, header?.IntervalMilliseconds);
                break;
            case FieldKind.PartIndex:
                WriteNumber(field, header?.Part?.Index);
                break;
            case FieldKind.PartCount:
                WriteNumber(field, header?.Part?.Count);
                break;
            case FieldKind.Boot when header is not null:
                WriteHex(field, header.Boot);
                break;
            case FieldKind.Run when header is not null:
                WriteHex(field, header.Run);
                break;
            default:
                break;
        }
    }

    // Closes the objects that the field is not in, and opens those that it is in.
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

        // A double writes itself as 1E+15; a field of whole numbers gets one.
        if (field.Type == FieldType.Long && Math.Abs(number) < 1e18)
        {
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

    private void WriteCores(DocumentField field, IReadOnlyList<double> cores)
    {
        Open(field);
        _json.WriteStartArray(field.Names[^1]);
        for (var index = 0; index < cores.Count; index++)
        {
            _json.WriteNumberValue(cores[index]);
        }

        _json.WriteEndArray();
    }

    private void WriteLabels(DocumentField field, IReadOnlyList<KeyValuePair<string, string>>? labels)
    {
        if (labels is null)
        {
            return;
        }

        Open(field);
        _json.WriteStartObject(field.Names[^1]);
        for (var index = 0; index < labels.Count; index++)
        {
            var name = LabelName(labels[index].Key);
            if (name is { } label && !IsRepeated(labels, index, label))
            {
                _json.WriteString(label, labels[index].Value);
            }
            else
            {
                _metrics.LabelsDropped.Add();
            }
        }

        _json.WriteEndObject();
    }

    // Two labels that differ only in a point would make a document that OpenSearch refuses for its repeated field.
    private bool IsRepeated(IReadOnlyList<KeyValuePair<string, string>> labels, int count, JsonEncodedText name)
    {
        for (var index = 0; index < count; index++)
        {
            if (LabelName(labels[index].Key) is { } other && other.Equals(name))
            {
                return true;
            }
        }

        return false;
    }

    // A point would make an object, and "rack" and "rack.row" together a conflict that poisons every document after the
    // first.
    private JsonEncodedText? LabelName(string name)
    {
        if (!_labelNames.TryGetValue(name, out var label))
        {
            if (_labelNames.Count >= LabelNamesMax)
            {
                return null;
            }

            var clean = name.Replace('.', '_').Trim();
            label = clean.Length == 0
                ? null
                : JsonEncodedText.Encode(clean, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
            _labelNames.Add(name, label);
        }

        return label;
    }

    // fe80::1%eth0 is an address to us, not to OpenSearch.
    private static ReadOnlySpan<char> WithoutScope(string? address)
    {
        var scope = address?.IndexOf('%', StringComparison.Ordinal) ?? -1;
        return scope < 0 ? address : address.AsSpan(0, scope);
    }
}
