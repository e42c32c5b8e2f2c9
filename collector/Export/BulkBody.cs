using System.Text;
using NodeTelemetry.Collector.Storage.Outbox;

namespace NodeTelemetry.Collector.Export;

/// <summary>Bulk lines that are sent in one request: a batch, or the rest of it.</summary>
internal sealed class BulkBody
{
    private readonly byte[]? _packed;
    private readonly OutboxBatch? _batch;
    private byte[]? _lines;
    private int[]? _ends;
    private DocumentRoute[]? _routes;

    /// <summary>
    /// Initializes a new instance of the <see cref="BulkBody"/> class: a whole batch as it is stored.
    /// </summary>
    public BulkBody(OutboxBatch batch)
    {
        Documents = batch.Documents;
        Length = batch.LinesLength;
        _packed = batch.IsCompressed ? batch.Body : null;
        _lines = batch.IsCompressed ? null : batch.Body;
        _batch = batch;
    }

    private BulkBody(byte[] lines, DocumentRoute[] routes)
    {
        _lines = lines;
        _routes = routes;
        Length = lines.Length;
        Documents = routes.Length;
    }

    /// <summary>Gets the number of documents.</summary>
    public int Documents { get; }

    /// <summary>Gets the length of the lines.</summary>
    public long Length { get; }

    /// <summary>Gets the lines, unpacked on the first call.</summary>
    public byte[] Lines => _lines ??= _batch!.ReadLines();

    /// <summary>Gets the route of each document.</summary>
    public DocumentRoute[] Routes => _routes ??= _batch!.ReadRoutes().ToArray();

    /// <summary>Gets the index of the first document; <see langword="null"/> if unknown.</summary>
    public string? FirstIndex
    {
        get
        {
            var index = _routes is not null ? _routes[0].Index : _batch!.ReadRoutes().Runs[0].Route.Index;
            return index.Length == 0 ? null : index;
        }
    }

    /// <summary>Gets or sets how often the connection broke while this was sent.</summary>
    public int Resets { get; set; }

    /// <summary>Gets or sets the circuit breaker's evidence about documents that were rejected and wait.</summary>
    public IReadOnlyDictionary<Rejection, RejectionEvidence> Evidence { get; set; } =
        new Dictionary<Rejection, RejectionEvidence>();

    /// <summary>Gets the bytes to send.</summary>
    public byte[] Body(bool compress) => compress ? _packed ?? OutboxBatch.Compress(Lines) : Lines;

    /// <summary>Gets the two lines of one document.</summary>
    public ReadOnlyMemory<byte> Document(int index)
    {
        var ends = Ends();
        var start = index == 0 ? 0 : ends[index - 1];
        return Lines.AsMemory(start, ends[index] - start);
    }

    /// <summary>Gets the index of a document; empty if unknown.</summary>
    public string Index(int document) => Routes[document].Index;

    /// <summary>Gets the action line and the document line of one document, without their ends.</summary>
    public (string Action, byte[] Document) Split(int index)
    {
        var lines = Document(index).Span;
        var middle = lines.IndexOf((byte)'\n');
        return (Encoding.UTF8.GetString(lines[..middle]), lines[(middle + 1)..^1].ToArray());
    }

    /// <summary>Creates a body of some of the documents.</summary>
    public BulkBody Select(IReadOnlyList<int> documents)
    {
        using var lines = new MemoryStream();
        foreach (var index in documents)
        {
            lines.Write(Document(index).Span);
        }

        return new BulkBody(lines.ToArray(), [.. documents.Select(index => Routes[index])]) { Evidence = Evidence };
    }

    /// <summary>Splits the body in two.</summary>
    public (BulkBody First, BulkBody Second) Halve()
    {
        var half = Documents / 2;
        var middle = Ends()[half - 1];
        return (
            new BulkBody(Lines[..middle], Routes[..half]) { Evidence = Evidence },
            new BulkBody(Lines[middle..], Routes[half..]) { Evidence = Evidence });
    }

    // Where each document ends: every second line feed, because JSON has none inside.
    private int[] Ends()
    {
        if (_ends is not null)
        {
            return _ends;
        }

        var ends = new int[Documents];
        var position = 0;
        for (var index = 0; index < ends.Length; index++)
        {
            position += Lines.AsSpan(position).IndexOf((byte)'\n') + 1;
            position += Lines.AsSpan(position).IndexOf((byte)'\n') + 1;
            ends[index] = position;
        }

        return _ends = ends;
    }
}
