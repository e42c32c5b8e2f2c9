namespace System.Buffers.Text;

/// <summary>Base64 for addresses, without padding (RFC 4648, section 5).</summary>
internal static class Base64Url
{
    /// <returns>The number of bytes written.</returns>
    public static int EncodeToUtf8(ReadOnlySpan<byte> bytes, Span<byte> text)
    {
        var encoded = Convert.ToBase64String(bytes.ToArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        for (var index = 0; index < encoded.Length; index++)
        {
            text[index] = (byte)encoded[index];
        }

        return encoded.Length;
    }
}
