using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NodeTelemetry.Hosting.Options;

/// <summary>Parses and checks the texts of options.</summary>
public static class OptionText
{
    /// <summary>The word for "no value".</summary>
    public const string None = "none";

    /// <summary>The accepted values of a flag, in words.</summary>
    internal const string Flag = "true or false";

    /// <summary>A secret or a template is far shorter; anything longer is another file.</summary>
    private const int FileBytesMax = 64 * 1024;

    /// <summary>Joins words as in a sentence: <c>a, b or c</c>.</summary>
    public static string JoinChoices(IReadOnlyList<string> words)
    {
        var text = new StringBuilder();
        for (var index = 0; index < words.Count; index++)
        {
            text.Append(index == 0 ? string.Empty : index == words.Count - 1 ? " or " : ", ").Append(words[index]);
        }

        return text.ToString();
    }

    /// <summary>Parses a number within limits.</summary>
    public static bool TryParseNumber(string text, double min, double max, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
        && double.IsFinite(value) && value >= min && value <= max;

    /// <summary>Checks the length in bytes; control characters are not accepted.</summary>
    public static bool IsText(string text, int bytesMin, int bytesMax)
    {
        foreach (var character in text)
        {
            if (char.IsControl(character))
            {
                return false;
            }
        }

        var bytes = Encoding.UTF8.GetByteCount(text);
        return bytes >= bytesMin && bytes <= bytesMax;
    }

    /// <summary>Checks for an absolute path.</summary>
    public static bool IsAbsolutePath(string text) =>
        Path.IsPathFullyQualified(text) && !text.Contains('\0', StringComparison.Ordinal);

    /// <summary>Checks for an http:// or https:// address.</summary>
    public static bool IsHttpAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    /// <summary>Parses a multicast address.</summary>
    public static bool TryParseGroup(string text, out IPAddress? group)
    {
        var isGroup = IPAddress.TryParse(text, out group)
            && (group.AddressFamily == AddressFamily.InterNetworkV6
                ? group.IsIPv6Multicast
                : (group.GetAddressBytes()[0] & 0xF0) == 0xE0);
        group = isGroup ? group : null;
        return isGroup;
    }

    /// <summary>Reads a small file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="problem">What is wrong; otherwise <see langword="null"/>.</param>
    public static string? ReadFile(string path, out string? problem)
    {
        problem = null;
        try
        {
            if (new FileInfo(path).Length <= FileBytesMax)
            {
                return File.ReadAllText(path);
            }

            problem = $"it is longer than {FileBytesMax} bytes";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problem = Explain(error);
        }

        return null;
    }

    /// <summary>Says why a file cannot be read. The native agent does not contain the framework's messages.</summary>
    internal static string Explain(Exception error) => error switch
    {
        UnauthorizedAccessException => "access is denied",
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        _ => "reading it failed",
    };
}
