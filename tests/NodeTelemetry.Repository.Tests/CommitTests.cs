using System.Globalization;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Repository.Tests;

/// <summary>The history reads well: linear, with short imperative subjects and bodies that say why.</summary>
public sealed class CommitTests
{
    private const int SubjectCharactersMax = 72;

    /// <summary>The commit that introduced these rules; older ones are history.</summary>
    private const string RulesSince = "2026-11-30T12:12:00Z";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>First words that describe a state or the past, where an imperative belongs.</summary>
    private static readonly string[] NotImperative =
        ["a", "an", "the", "no", "is", "are", "was", "wip", "added", "adds", "fixed", "fixes", "changed", "changes", "now", "tests"];

    [Fact]
    public async Task Commits_are_linear_with_short_imperative_subjects_and_a_body()
    {
        var wrong = new List<string>();
        foreach (var commit in await ReadCommitsAsync())
        {
            var parts = commit.Split('\x1f');
            var (id, parents, subject, body) = (parts[0], parts[1].Split(' '), parts[2], parts[3].Trim());
            var colon = subject.IndexOf(": ", StringComparison.Ordinal);
            var first = subject[(colon + 2)..].Split(' ')[0].ToLower(CultureInfo.InvariantCulture);
            if (parents.Length > 1)
            {
                wrong.Add($"{id} is a merge commit: rebase instead.");
            }

            if (subject.Length > SubjectCharactersMax)
            {
                wrong.Add($"{id} has a subject of {subject.Length} characters; the limit is {SubjectCharactersMax}: {subject}");
            }

            if (colon < 0 || NotImperative.Contains(first))
            {
                wrong.Add($"{id} must have a subject 'area: imperative sentence': {subject}");
            }

            if (body.Length == 0)
            {
                wrong.Add($"{id} has no body that says why: {subject}");
            }
        }

        Assert.Empty(wrong);
    }

    private static async Task<string[]> ReadCommitsAsync()
    {
        Assert.SkipUnless(Path.Exists(Path.Combine(RepositoryRoot.Path, ".git")), "This is not a git checkout.");
        Assert.SkipUnless(File.Exists("/usr/bin/git"), "git is missing: apt-get install git");
        var (code, output) = await TestProcess.RunAsync(
            ["git", "-C", RepositoryRoot.Path, "log", $"--since={RulesSince}", "--format=%h%x1f%p%x1f%s%x1f%b%x1e"], Deadline);
        Assert.SkipUnless(code == 0, $"git log failed: {output}");
        return output.Split('\x1e', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
