using System.Text;
using System.Text.Unicode;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>Sanitises texts such as board names for a datagram.</summary>
internal static class KernelText
{
    /// <summary>Enough for every text that is sent, and for /etc/os-release.</summary>
    private const int FileBytesMax = 4096;

    /// <summary>Reads a file with a single text.</summary>
    /// <returns>The sanitised text; <see langword="null"/> if it is empty or unreadable.</returns>
    public static string? ReadFile(string path, int bytesMax)
    {
        Span<byte> buffer = new byte[FileBytesMax];
        return KernelFile.ReadOnce(path, buffer, out var length) == FileOutcome.Ok
            ? Clean(buffer[..length], bytesMax)
            : null;
    }

    /// <summary>Returns the text before the first NUL or line feed, trimmed and escaped by <see cref="PlainText"/>.
    /// </summary>
    /// <remarks>Device tree texts are NUL-terminated. A long text is truncated between characters.</remarks>
    /// <returns><see langword="null"/> if the text is empty or not UTF-8.</returns>
    public static string? Clean(ReadOnlySpan<byte> text, int bytesMax)
    {
        var end = text.IndexOfAny((byte)0, (byte)'\n');
        text = (end < 0 ? text : text[..end]).Trim(" \t\r"u8);
        if (text.IsEmpty || !Utf8.IsValid(text))
        {
            return null;
        }

        if (text.Length > bytesMax)
        {
            var cut = bytesMax;
            while (cut > 0 && (text[cut] & 0xC0) == 0x80)
            {
                cut--;
            }

            text = text[..cut].TrimEnd((byte)' ');
        }

        return text.IsEmpty ? null : PlainText.Escape(Encoding.UTF8.GetString(text), bytesMax);
    }
}
