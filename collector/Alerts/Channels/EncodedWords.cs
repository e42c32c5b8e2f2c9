using System.Text;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Encodes the text of a header that is not ASCII.</summary>
/// <remarks>
/// Source: RFC 2047: words of at most 75 characters, each of whole characters.
/// MimeKit's encoder exceeds 75 if characters have several bytes, which strict servers reject.
/// </remarks>
internal static class EncodedWords
{
    private const string Start = "=?utf-8?B?";
    private const string End = "?=";

    /// <summary>Maximum bytes in a word: the line with the name of the header stays within 78 characters.</summary>
    private const int BytesMax = 42;

    /// <summary>Encodes a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The words; the text itself if it can be sent as it is.</returns>
    public static IReadOnlyList<string> Encode(string text)
    {
        // Text that looks like an encoded word would be decoded.
        if (Ascii.IsValid(text) && !text.Any(char.IsControl) && !text.Contains("=?", StringComparison.Ordinal))
        {
            return [text];
        }

        var words = new List<string>();
        var bytes = new List<byte>(BytesMax);
        Span<byte> next = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(next);
            if (bytes.Count + length > BytesMax)
            {
                words.Add(CreateWord(bytes));
            }

            bytes.AddRange(next[..length]);
        }

        words.Add(CreateWord(bytes));
        return words;
    }

    private static string CreateWord(List<byte> bytes)
    {
        var word = Start + Convert.ToBase64String([.. bytes]) + End;
        bytes.Clear();
        return word;
    }
}
