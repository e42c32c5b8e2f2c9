using System.Text;

namespace System;

/// <summary>Encodings of spans.</summary>
internal static class EncodingSpans
{
    private static readonly Encoding Latin = Encoding.GetEncoding("iso-8859-1");

    extension(Encoding)
    {
        public static Encoding Latin1 => Latin;
    }

    extension(Encoding encoding)
    {
        public unsafe string GetString(ReadOnlySpan<byte> bytes)
        {
            fixed (byte* source = bytes)
            {
                return bytes.IsEmpty ? string.Empty : encoding.GetString(source, bytes.Length);
            }
        }

        public unsafe int GetBytes(ReadOnlySpan<char> text, Span<byte> bytes)
        {
            fixed (char* source = text)
            fixed (byte* target = bytes)
            {
                return text.IsEmpty ? 0 : encoding.GetBytes(source, text.Length, target, bytes.Length);
            }
        }
    }
}
