namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>The batch that is being filled: bulk lines, and their routes.</summary>
internal sealed class BatchBuffer
{
    // Small clusters fill some 20 kB in a linger; the array then doubles up to a whole batch.
    private byte[] _bytes = new byte[64 * 1024];

    /// <summary>Gets the number of bytes.</summary>
    public int Length { get; private set; }

    /// <summary>Gets the routes of the documents.</summary>
    public DocumentRoutes Routes { get; private set; } = new();

    /// <summary>Gets the number of documents.</summary>
    public int Documents => Routes.Documents;

    /// <summary>Gets when the first document came, by the wall clock.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Gets the same as a timestamp of the <see cref="TimeProvider"/>.</summary>
    public long CreatedTimestamp { get; private set; }

    /// <summary>Gets the lines.</summary>
    public ReadOnlySpan<byte> Lines => _bytes.AsSpan(0, Length);

    /// <summary>Adds one document's lines.</summary>
    public void Append(ReadOnlySpan<byte> lines, DocumentRoute route, TimeProvider time)
    {
        if (Documents == 0)
        {
            CreatedAt = time.GetUtcNow();
            CreatedTimestamp = time.GetTimestamp();
        }

        if (_bytes.Length - Length < lines.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + lines.Length));
        }

        lines.CopyTo(_bytes.AsSpan(Length));
        Length += lines.Length;
        Routes.Add(route);
    }

    /// <summary>Empties it; the memory is kept for the next batch.</summary>
    public void Clear()
    {
        Length = 0;
        Routes = new DocumentRoutes();
    }
}
