using System.Text;

namespace NodeTelemetry.Protocol.Signing;

/// <summary>A file of keys: <c>name secret [nodes]</c> on each line, and comments from <c>#</c>.</summary>
/// <remarks>The secret is 64 hexadecimal digits; nodes are identities or patterns with <c>*</c> and <c>?</c>, separated
/// by commas. A problem names the line, never its content: logs have more readers than key files.</remarks>
/// <param name="Keys">The keys in file order; none if there is a problem.</param>
/// <param name="Problem">The problem, as a sentence without the file's name;
/// <see langword="null"/> if there is none.</param>
/// <param name="IsOpenToOthers">Whether users other than owner and group may read or write the file.</param>
public sealed record KeyFile(IReadOnlyList<SignatureKey> Keys, string? Problem, bool IsOpenToOthers)
{
    /// <summary>The longest file: keys for 10 000 nodes at 100 bytes a line.</summary>
    public const int BytesMax = 1 << 20;

    private const string Comment =
        "# Created by nodetelemetry-agent key new. Anyone with the secret can impersonate the nodes that use it.\n"
        + "# Name, secret and, to bind the key at the collector, identities of nodes, separated by commas.\n";

    /// <summary>Reads a file.</summary>
    public static KeyFile Load(string path)
    {
        try
        {
            if (new FileInfo(path) is { Length: > BytesMax } file)
            {
                return Invalid($"has {file.Length} bytes; a key file has at most {BytesMax}.");
            }

            var mode = OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);
            return Parse(File.ReadAllText(path)) with
            {
                IsOpenToOthers = (mode & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0,
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The native agent is built without the framework's exception messages.
            return Invalid(error is FileNotFoundException or DirectoryNotFoundException ? "does not exist."
                : error is UnauthorizedAccessException ? "may not be read by this user."
                : "cannot be read.");
        }
    }

    /// <summary>Reads the text of a file.</summary>
    public static KeyFile Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var keys = new List<SignatureKey>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var comment = line.IndexOf('#', StringComparison.Ordinal);
            var fields = (comment < 0 ? line : line[..comment])
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 0)
            {
                continue;
            }

            if (FindProblem(fields) is { } problem)
            {
                return Invalid($"line {number}: {problem}");
            }

            if (!names.Add(fields[0]))
            {
                return Invalid($"line {number}: the key name is used twice.");
            }

            keys.Add(new SignatureKey(
                fields[0], Convert.FromHexString(fields[1]), fields.Length < 3 ? [] : ParseNodes(fields[2])));
        }

        return keys.Count == 0 ? Invalid("contains no key.") : new KeyFile(keys, null, false);
    }

    /// <summary>Writes the text of a file with one key.</summary>
    public static string Write(string id, ReadOnlySpan<byte> secret) =>
        $"{Comment}{id} {Convert.ToHexStringLower(secret)}\n";

    private static string? FindProblem(string[] fields) =>
        fields.Length > 3 ? "there are more than three fields; expected name, secret and nodes."
        : !SignatureKey.IsId(Encoding.UTF8.GetBytes(fields[0])) ? "the name must be 1 to "
            + $"{SignatureKey.IdBytesMax} letters, digits, points, dashes or underscores."
        : fields.Length < 2 || fields[1].Length != 2 * SignatureKey.SecretBytes
            || !Array.TrueForAll(fields[1].ToCharArray(), char.IsAsciiHexDigit)
            ? $"the secret must be {2 * SignatureKey.SecretBytes} "
            + "hexadecimal digits; \"nodetelemetry-agent key new FILE\" creates one."
        : fields.Length == 3 && !Array.TrueForAll(ParseNodes(fields[2]), IsNodePattern)
            ? "nodes must be identities, or patterns of "
            + "hexadecimal digits, * and ?, separated by commas."
        : null;

    private static string[] ParseNodes(string field) => field.ToLowerInvariant().Split(',');

    private static bool IsNodePattern(string text) =>
        text.Length is >= 1 and <= Limits.WireLimits.NodeDigits
        && Array.TrueForAll(text.ToCharArray(), static one => char.IsAsciiHexDigit(one) || one is '*' or '?');

    private static KeyFile Invalid(string problem) => new([], problem, false);
}
