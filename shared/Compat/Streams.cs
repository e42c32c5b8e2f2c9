namespace System.IO;

/// <summary>Streams that read and write spans.</summary>
internal static class Streams
{
    extension(Stream stream)
    {
        public void Write(ReadOnlySpan<byte> bytes) => stream.Write(bytes.ToArray(), 0, bytes.Length);

        public int Read(Span<byte> bytes)
        {
            var buffer = new byte[bytes.Length];
            var read = stream.Read(buffer, 0, buffer.Length);
            buffer.AsSpan(0, read).CopyTo(bytes);
            return read;
        }

        public int ReadAtLeast(Span<byte> bytes, int countMin, bool throwOnEndOfStream = true)
        {
            var total = 0;
            while (total < countMin)
            {
                var read = stream.Read(bytes.Slice(total));
                if (read == 0)
                {
                    return throwOnEndOfStream ? throw new EndOfStreamException() : total;
                }

                total += read;
            }

            return total;
        }

        public void ReadExactly(Span<byte> bytes) => stream.ReadAtLeast(bytes, bytes.Length);
    }
}
