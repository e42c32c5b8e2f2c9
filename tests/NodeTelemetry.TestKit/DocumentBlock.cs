using System.Text;

namespace NodeTelemetry.TestKit;

/// <summary>
/// A part of a document that is written from the code: between <c>&lt;!-- name: begin --&gt;</c> and
/// <c>&lt;!-- name: end --&gt;</c>.
/// </summary>
public static class DocumentBlock
{
    /// <summary>Compares the block with what the code says; <c>UPDATE_GOLDEN=1</c> writes it instead.</summary>
    /// <param name="document">The document's path, relative to the repository's root.</param>
    /// <param name="name">The block's name.</param>
    /// <param name="actual">What should stand in it.</param>
    /// <returns><see langword="null"/> if it does, or a sentence that says what to do.</returns>
    public static string? Compare(string document, string name, string actual)
    {
        var path = Path.Combine(RepositoryRoot.Path, document);
        var text = File.ReadAllText(path);
        var begin = $"<!-- {name}: begin -->\n";
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = text.IndexOf($"<!-- {name}: end -->", StringComparison.Ordinal);
        if (from < begin.Length || to < from)
        {
            return $"{document} has no block '{name}'.";
        }

        if (text[from..to] == actual)
        {
            return null;
        }

        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, text[..from] + actual + text[to..], new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            return null;
        }

        return $"The block '{name}' of {document} is not what the code says. Run the test with UPDATE_GOLDEN=1.";
    }
}
