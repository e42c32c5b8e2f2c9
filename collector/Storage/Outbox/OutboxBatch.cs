using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>A batch of bulk lines. Only the <see cref="OutboxStore"/> modifies it.</summary>
/// <param name="createdAt">When its first document came, by the wall clock.</param>
/// <param name="documents">The number of documents.</param>
/// <param name="isCompressed">Whether the body is a gzip member.</param>
/// <param name="body">The lines as they are stored.</param>
/// <param name="storedRoutes">The routes as they are stored;
/// <see langword="null"/> in a row from before schema version 10.</param>
internal sealed class OutboxBatch(
    DateTimeOffset createdAt, int documents, bool isCompressed, byte[] body, string? storedRoutes)
{
    // Stays in the CPU's cache.
    private const int CheckBytes = 64 * 1024;

    private byte[]? _lines;
    private DocumentRoutes? _routes;

    /// <summary>Gets the identity of the batch in memory, which a partly delivered batch keeps.</summary>
    public object Key { get; init; } = new();

    /// <summary>Gets or sets the row; 0 while the batch is only in memory. Guarded by the outbox's lock.</summary>
    public long Id { get; set; }

    /// <summary>
    /// Gets or sets the number of the file that holds the row: a new file has other rows. Guarded by the outbox's lock.
    /// </summary>
    public int Generation { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether it was leased before it was committed. Guarded by the outbox's lock.
    /// </summary>
    public bool IsLeased { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether it was delivered before it was committed. Guarded by the outbox's lock.
    /// </summary>
    public bool IsDone { get; set; }

    /// <summary>Gets when its first document came, by the wall clock.</summary>
    public DateTimeOffset CreatedAt => createdAt;

    /// <summary>Gets the number of documents.</summary>
    public int Documents => documents;

    /// <summary>Gets a value indicating whether <see cref="Body"/> is a gzip member.</summary>
    public bool IsCompressed => isCompressed;

    /// <summary>Gets the lines as they are stored.</summary>
    public byte[] Body => body;

    /// <summary>Gets the routes as they are stored.</summary>
    public string? StoredRoutes => storedRoutes;

    /// <summary>Creates a batch from plain lines.</summary>
    public static OutboxBatch Create(
        DateTimeOffset createdAt,
        DocumentRoutes routes,
        ReadOnlySpan<byte> lines,
        bool compress,
        object? key = null) =>
        new(createdAt, routes.Documents, compress, compress ? Compress(lines) : lines.ToArray(), routes.ToJson())
        {
            _routes = routes,
            Key = key ?? new object(),
            LinesLength = lines.Length,
        };

    /// <summary>Gets the length of the lines before compression; 0 before <see cref="Check"/>.</summary>
    public long LinesLength { get; private set; } = isCompressed ? 0 : body.Length;

    /// <summary>Checks that the batch is not damaged.</summary>
    /// <param name="checksum">Its stored <see cref="BatchChecksum"/>;
    /// <see langword="null"/> for a row from before schema version 7.</param>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public void Check(long? checksum)
    {
        if (checksum is null)
        {
            CheckLines();
            return;
        }

        if (checksum != BatchChecksum.Compute(documents, isCompressed, storedRoutes, body))
        {
            throw new InvalidDataException("Its checksum does not match.");
        }

        // A gzip member ends with the length of its content: RFC 1952, 2.3.1.
        LinesLength = isCompressed
            ? BinaryPrimitives.ReadUInt32LittleEndian(body.AsSpan(^sizeof(uint)..))
            : body.Length;
    }

    /// <summary>Gets where each document goes and which node it is about.</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public DocumentRoutes ReadRoutes() => _routes ??= storedRoutes is null
        ? DocumentRoutes.Parse(ReadLines())
        : DocumentRoutes.FromJson(storedRoutes);

    /// <summary>Gets the lines, unpacked on the first call.</summary>
    /// <exception cref="InvalidDataException">The body is damaged.</exception>
    public byte[] ReadLines() => _lines ??= isCompressed ? Unpack() : body;

    // The body decompresses to two lines for every document. The lines are not kept: most batches are sent as stored.
    private void CheckLines()
    {
        using Stream lines = isCompressed
            ? new GZipStream(new MemoryStream(body), CompressionMode.Decompress)
            : new MemoryStream(body);
        var buffer = ArrayPool<byte>.Shared.Rent(CheckBytes);
        try
        {
            var (length, count, last) = (0L, 0L, (byte)0);
            while (lines.Read(buffer) is > 0 and var read)
            {
                length += read;
                count += buffer.AsSpan(0, read).Count((byte)'\n');
                last = buffer[read - 1];
            }

            if (documents < 1 || last != '\n' || count != 2L * documents)
            {
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture, $"It has {count} lines for {documents} documents."));
            }

            LinesLength = length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private byte[] Unpack()
    {
        using var packed = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var lines = new MemoryStream(body.Length * 8);
        packed.CopyTo(lines);
        return lines.ToArray();
    }

    /// <summary>Compresses lines to one gzip member, which OpenSearch accepts.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> lines)
    {
        using var packed = new MemoryStream(lines.Length / 6);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(lines);
        }

        return packed.ToArray();
    }
}
