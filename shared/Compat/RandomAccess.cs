namespace System.IO;

/// <summary>Reads opened files at any place.</summary>
internal static class RandomAccess
{
    public static int Read(OpenedFile file, Span<byte> bytes, long offset)
    {
        file.Stream.Position = offset;
        return file.Stream.Read(bytes);
    }

    /// <summary>An opened file.</summary>
    internal sealed class OpenedFile(string path) : IDisposable
    {
        /// <summary>Gets the file.</summary>
        public FileStream Stream { get; } =
            new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);

        /// <inheritdoc/>
        public void Dispose() => Stream.Dispose();
    }
}
