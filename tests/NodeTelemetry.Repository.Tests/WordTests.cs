using System.Text.RegularExpressions;
using Xunit;

namespace NodeTelemetry.Repository.Tests;

/// <summary>Text is plain technical English: the glossary "Words" in CONTRIBUTING.md names the term for each concept.</summary>
public sealed partial class WordTests
{
    private const string RejectedWords = "tests/NodeTelemetry.Repository.Tests/rejected-words.tsv";

    /// <summary>Files that may contain such words, each with its reason.</summary>
    private static readonly Dictionary<string, string> Skipped = new()
    {
        [RejectedWords] = "It lists them.",
        ["tests/NodeTelemetry.Benchmarks/AgentPeers.cs"] = "The configuration of gmond has a key of such a name.",
        ["collector/Storage/Database/DatabaseSchema.cs"] = "Earlier schema versions have columns of such names.",
        ["tests/fixtures/"] = "Fixtures are data.",
        ["collector/NOTICES.txt"] = "It quotes licences.",
        ["docs/page.png"] = "It is a picture.",
    };

    [Fact]
    public void Nothing_reads_like_a_translation()
    {
        var rules = SourceFiles.Read(RejectedWords).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(static line => line.Split('\t'))
            .Select(static fields => (Words: fields[0], Advice: fields[1]))
            .ToArray();
        var words = new Regex(
            WholeWords(string.Join('|', rules.Select(static rule => rule.Words))),
            RegexOptions.IgnoreCase | RegexOptions.Compiled);
        var wrong = new List<string>();
        foreach (var path in SourceFiles.All)
        {
            if (Skipped.Keys.Any(skipped => path.StartsWith(skipped, StringComparison.Ordinal)))
            {
                continue;
            }

            var lines = SourceFiles.Read(path).Split('\n');
            for (var index = 0; index < lines.Length; index++)
            {
                foreach (Match match in words.Matches(SplitIdentifiers().Replace(lines[index], " ")))
                {
                    var rule = rules.First(rule => Regex.IsMatch(match.Value, WholeWords(rule.Words), RegexOptions.IgnoreCase));
                    wrong.Add($"{path}:{index + 1}: '{match.Value}' → {rule.Advice}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>A mechanical re-wrap leaves lines that end in the middle of a phrase.</summary>
    [Fact]
    public void Documentation_comments_break_at_the_end_of_a_sentence_or_clause()
    {
        var wrong = new List<string>();
        foreach (var path in SourceFiles.Product)
        {
            var lines = SourceFiles.Read(path).Split('\n');
            for (var index = 0; index + 1 < lines.Length; index++)
            {
                if (Comment(lines[index]) is { Length: > 0 } line
                    && Comment(lines[index + 1]) is { Length: > 0 } next
                    && !IsGoodBreak(line, next))
                {
                    wrong.Add($"{path}:{index + 1}: breaks between '{line.Split(' ')[^1]}' and '{next.Split(' ')[0]}'");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("Enough for a share in steps of 5", "%.", false)]
    [InlineData("since it", "was", false)]
    [InlineData("a server or a program that", "has", false)]
    [InlineData("The first sentence.", "Another one", true)]
    [InlineData("The first clause,", "another one", true)]
    [InlineData("Reads the file", "that holds the limit.", true)]
    public void Broken_comments_are_recognised(string line, string next, bool isGood) => Assert.Equal(isGood, IsGoodBreak(line, next));

    private static string? Comment(string line) =>
        line.TrimStart() is { } text && text.StartsWith("///", StringComparison.Ordinal) ? text[3..].Trim() : null;

    private static bool IsGoodBreak(string line, string next) =>
        line[^1] is '.' or ',' or ';' or ':' or '!' or '?' or ')' or '>' or '—' or '|'
        || next[0] is '<' or '(' or '|' or '*' or '-'
        || ClauseStart().IsMatch(next);

    private static string WholeWords(string pattern) => $@"\b({pattern})\b";

    /// <summary>The places within identifiers at which a new word starts.</summary>
    [GeneratedRegex(@"(?<=[a-z])(?=[A-Z])|_|-")]
    private static partial Regex SplitIdentifiers();

    /// <summary>Words that start a clause or phrase.</summary>
    [GeneratedRegex(
        @"^(and|or|but|that|which|whose|because|if|when|where|while|so|unless|until|although|though|as|than|then|rather|whether|since|"
        + @"before|after|once|except|without|with|for|to|from|of|in|on|at|by|per|into|over|between|through|during|instead|otherwise)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex ClauseStart();
}
