using System.Buffers;
using System.Text;
using System.Text.Json;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Outbox;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Export.Documents;

/// <summary>Writes the two bulk lines of a document: the action with index and identity, and the document.</summary>
/// <remarks>Allocates nothing for readings once it has seen the labels. For one thread.</remarks>
internal sealed class BulkRequestWriter : IDisposable
{
    private static readonly JsonEncodedText Node = JsonEncodedText.Encode("node");
    private static readonly JsonEncodedText Event = JsonEncodedText.Encode("event");
    private static readonly JsonEncodedText State = JsonEncodedText.Encode("state");

    private readonly ExportSettings _settings;
    private readonly ExportMetrics _metrics;
    private readonly ArrayBufferWriter<byte> _lines = new(4096);
    private readonly DocumentWriter _document;
    private readonly bool[] _hasDocuments;
    private readonly JsonEncodedText[] _metricsets;
    private string _index = string.Empty;
    private long _day = long.MinValue;

    /// <summary>Initializes a new instance of the <see cref="BulkRequestWriter"/> class.</summary>
    public BulkRequestWriter(ExportSettings settings, CollectorMetrics metrics)
    {
        _settings = settings;
        _metrics = metrics.Export;
        _document = new DocumentWriter(_lines, new LabelNames(metrics.Export), settings.Observer);
        _hasDocuments = [.. SectionCatalog.All.Select(section =>
            section.HasNamedEntries && settings.Indices.EntryDocuments.Contains(section.Key))];
        _metricsets = [.. SectionCatalog.All.Select(static section => JsonEncodedText.Encode(section.Key))];
    }

    /// <summary>Gets the index and the node of the last encoded document.</summary>
    public DocumentRoute Route { get; private set; }

    /// <summary>Determines whether each entry of a section becomes a document.</summary>
    public bool HasDocuments(SectionDefinition section) => _hasDocuments[SectionCatalog.IndexOf(section)];

    /// <summary>Encodes the scalar readings of a sample.</summary>
    /// <param name="accepted">The sample.</param>
    /// <param name="status">Its node: labels and architecture are not in every datagram.</param>
    /// <returns>Both lines with their line feeds; valid until the next call.</returns>
    public ReadOnlySpan<byte> Encode(AcceptedSnapshot accepted, NodeStatus status)
    {
        var source = CreateSource(accepted, status, Node, null);
        if (accepted.Snapshot.Header is not null && !source.IsClockTrusted)
        {
            _metrics.ClocksReplaced.Inc();
        }

        Begin(source, accepted.Snapshot.Header, null, null);
        _document.Write(DocumentFields.Sample, source);
        return _lines.WrittenSpan;
    }

    /// <summary>Encodes one entry of a section: a disk, an interface, a sensor.</summary>
    /// <param name="accepted">The sample.</param>
    /// <param name="status">Its node.</param>
    /// <param name="section">A section whose entries become documents.</param>
    /// <param name="entry">The entry.</param>
    /// <returns>Both lines with their line feeds; valid until the next call.</returns>
    public ReadOnlySpan<byte> Encode(
        AcceptedSnapshot accepted, NodeStatus status, SectionDefinition section, SectionEntry entry)
    {
        var source = CreateSource(accepted, status, _metricsets[SectionCatalog.IndexOf(section)], entry);
        Begin(source, accepted.Snapshot.Header, section.Key, entry.Name);
        _document.Write(DocumentFields.Entries[section], source);
        return _lines.WrittenSpan;
    }

    /// <summary>Encodes an event as observed by this collector; another one may have observed it differently.</summary>
    /// <returns>Both lines with their line feeds; valid until the next call.</returns>
    public ReadOnlySpan<byte> Encode(NodeEvent raised)
    {
        var time = raised.Time.ToUnixTimeMilliseconds();
        BeginAction(IndexNames.ForEvents(raised.Time), raised.Node);
        _lines.Advance(DocumentId.Write(raised, _settings.Observer, _lines.GetSpan(DocumentId.LengthMax)));
        _lines.Write("\"}}\n"u8);
        _document.Write(DocumentFields.Event, new DocumentSource
        {
            Metricset = Event,
            Time = time,
            Received = time,
            NodeId = raised.Node,
            Hostname = raised.Hostname,
            Event = raised,
        });
        return _lines.WrittenSpan;
    }

    /// <summary>Encodes the current state of a node, which replaces an older one but never a newer one.</summary>
    /// <param name="status">The node.</param>
    /// <param name="version">The state's version.</param>
    /// <param name="now">The time of the state.</param>
    /// <returns>Both lines with their line feeds; valid until the next call.</returns>
    public ReadOnlySpan<byte> EncodeState(NodeStatus status, long version, DateTimeOffset now)
    {
        var time = now.ToUnixTimeMilliseconds();
        _lines.ResetWrittenCount();
        Encoding.UTF8.GetBytes(
            $"{{\"index\":{{\"_index\":\"{IndexNames.Nodes}\",\"_id\":\"{JsonEncodedText.Encode(status.Id)}\","
                + $"\"version\":{version},\"version_type\":\"external_gte\"}}}}\n",
            _lines);
        _document.Write(DocumentFields.State, new DocumentSource
        {
            Metricset = State,
            Time = time,
            Received = time,
            NodeId = status.Id,
            Hostname = status.Hostname,
            Snapshot = status.Readings,
            Status = status,
        });
        return _lines.WrittenSpan;
    }

    /// <inheritdoc/>
    public void Dispose() => _document.Dispose();

    private DocumentSource CreateSource(
        AcceptedSnapshot accepted, NodeStatus status, JsonEncodedText metricset, SectionEntry? entry)
    {
        var received = accepted.ReceivedAt.ToUnixTimeMilliseconds();
        var header = accepted.Snapshot.Header;
        var isTrusted = header is not null && IsTrusted(header.TimeMilliseconds, received);
        return new DocumentSource
        {
            Metricset = metricset,
            Time = isTrusted ? header!.TimeMilliseconds : received,
            Received = received,
            NodeId = accepted.NodeId,
            Hostname = accepted.Snapshot.Hostname,
            IsClockTrusted = isTrusted,
            Snapshot = accepted.Snapshot,
            Status = status,
            Entry = entry,
        };
    }

    private bool IsTrusted(long sent, long received) =>
        sent >= received - (long)_settings.ClockBehindMax.TotalMilliseconds
        && sent <= received + (long)_settings.ClockAheadMax.TotalMilliseconds;

    private void Begin(in DocumentSource source, SampleHeader? header, string? section, string? entry)
    {
        var day = Math.DivRem(source.Time, 86_400_000L, out _);
        if (day != _day)
        {
            _day = day;
            _index = IndexNames.ForMetrics(_settings.Indices.Naming, DateTimeOffset.UnixEpoch.AddDays(day));
        }

        BeginAction(_index, source.NodeId);
        _lines.Advance(DocumentId.Write(
            source.NodeId!, header, source.Received, section, entry, _lines.GetSpan(DocumentId.LengthMax)));
        _lines.Write("\"}}\n"u8);
    }

    private void BeginAction(string index, string? node)
    {
        Route = new DocumentRoute(index, node);
        _lines.ResetWrittenCount();
        _lines.Write("{\"create\":{\"_index\":\""u8);
        Encoding.UTF8.GetBytes(index, _lines);
        _lines.Write("\",\"_id\":\""u8);
    }
}
