using System.Text.RegularExpressions;
using Xunit;

namespace NodeTelemetry.Repository.Tests;

/// <summary>Text is plain technical English: the glossary in CONTRIBUTING.md names the term for each concept.</summary>
public sealed partial class WordTests
{
    private static readonly string[] Endings = [".cs", ".ts", ".mjs", ".md", ".sh", ".ps1", ".service", ".conf", ".yml", ".props", ".csproj"];

    /// <summary>Files that must contain such words, each with its reason.</summary>
    private static readonly Dictionary<string, string> Skipped = new()
    {
        ["tests/NodeTelemetry.Repository.Tests/WordTests.cs"] = "It lists them.",
        ["tests/NodeTelemetry.Benchmarks/AgentPeers.cs"] = "The configuration of gmond has the key 'deaf'.",
        ["collector/Storage/Database/DatabaseSchema.cs"] = "Earlier schema versions have columns of such names.",
        ["collector/Storage/Database/SCHEMA.md"] = "It documents them.",
        ["tests/fixtures/"] = "Fixtures are data.",
    };

    [Fact]
    public void Nothing_reads_like_a_translation()
    {
        var wrong = new List<string>();
        foreach (var path in Endings.SelectMany(SourceFiles.EndingWith))
        {
            if (Skipped.Keys.Any(skipped => path.StartsWith(skipped, StringComparison.Ordinal)))
            {
                continue;
            }

            var lines = SourceFiles.Read(path).Split('\n');
            for (var index = 0; index < lines.Length; index++)
            {
                foreach (Match match in Words().Matches(SplitIdentifiers().Replace(lines[index], " ")))
                {
                    wrong.Add($"{path}:{index + 1}: '{match.Value}' {Advice(match.Value)}");
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
        foreach (var path in SourceFiles.EndingWith(".cs").Where(static path => !path.StartsWith("tests/", StringComparison.Ordinal)))
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

    private static string Advice(string word) => word.ToUpperInvariant() switch
    {
        "TELL" or "TELLS" or "TOLD" => "→ report, notify, send, log, show",
        "HEAR" or "HEARS" or "HEARD" or "DEAF" => "→ receive, receive fault",
        "JUDGE" or "JUDGED" or "JUDGES" or "JUDGING" => "→ evaluate",
        "BURY" or "BURIED" => "→ discard",
        "RECKON" or "RECKONED" or "RECKONS" => "→ calculate, compute",
        _ => "→ a plain word or an active sentence; see the glossary in CONTRIBUTING.md",
    };

    /// <summary>Words in text and in identifiers.</summary>
    [GeneratedRegex(
        @"\b(anew|afresh|who(m)?ever|whosoever|nobody|somebody|anybody|tell|tells|told|for want of|in vain|so many|freed of|"
        + @"reckon(s|ed)?|bury|buried|deaf|nearness|lamps?|doubtful|makes no sense|now and then|once more|at present|lest|"
        + @"thereby|thereof|therein|judge[sd]?|judging|hears?|heard)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Words();

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
