namespace NodeTelemetry.Agent.Kernel;

/// <summary>A kernel file of many lines, with a buffer that grows as needed.</summary>
/// <remarks>Allocates: nothing once the buffer is large enough.</remarks>
/// <param name="path">The path.</param>
/// <param name="bytesMax">The maximum size; further bytes are ignored.</param>
internal sealed class GrowingFile(string path, int bytesMax) : IDisposable
{
    /// <summary>Enough for a small board.</summary>
    private const int BytesAtFirst = 8 * 1024;

    private readonly KernelFile _file = new(path);
    private byte[] _buffer = new byte[BytesAtFirst];

    /// <summary>Reads the file from its start.</summary>
    /// <param name="text">The content, valid until the next call.</param>
    public FileOutcome Read(out ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var outcome = _file.ReadAll(_buffer, out var length);
            if (length < _buffer.Length || _buffer.Length >= bytesMax)
            {
                text = _buffer.AsSpan(0, length);
                return outcome;
            }

            _buffer = new byte[2 * _buffer.Length];
        }
    }

    /// <summary>Returns whether the file has signalled a change; see <see cref="KernelFile.HasUrgentNews"/>.</summary>
    public bool HasUrgentNews() => _file.HasUrgentNews();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
