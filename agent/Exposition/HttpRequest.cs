using System.Text;

namespace NodeTelemetry.Agent.Exposition;

/// <summary>The request of a scraper.</summary>
/// <param name="Method">The method, such as <c>GET</c>.</param>
/// <param name="Path">The path without query.</param>
/// <param name="IsOpenMetrics">Whether the client accepts OpenMetrics.</param>
internal sealed record HttpRequest(string Method, string Path, bool IsOpenMetrics)
{
    /// <summary>Finds the end of the request's head.</summary>
    public static bool IsComplete(ReadOnlySpan<byte> head) => head.IndexOf("\r\n\r\n"u8) >= 0;

    /// <summary>Parses a complete head.</summary>
    /// <remarks>Source: RFC 9112 sections 2 and 3, RFC 9110 section 12.5.1.
    /// Of the headers only Accept matters: a scraper that names OpenMetrics at all can read it.</remarks>
    /// <returns><see langword="null"/> if it is not an HTTP/1 request.</returns>
    public static HttpRequest? Parse(ReadOnlySpan<byte> head)
    {
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        var words = lines[0].Split(' ');
        if (words.Length != 3 || !words[2].StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !words[1].StartsWith('/'))
        {
            return null;
        }

        var query = words[1].IndexOf('?', StringComparison.Ordinal);
        var isOpenMetrics = lines.Any(static line =>
            line.StartsWith("Accept:", StringComparison.OrdinalIgnoreCase)
            && line.Contains("application/openmetrics-text", StringComparison.OrdinalIgnoreCase));
        return new HttpRequest(words[0], query < 0 ? words[1] : words[1][..query], isOpenMetrics);
    }
}
