using System.Text.RegularExpressions;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Repository.Tests;

/// <summary>A document that points at something must point at something that is there.</summary>
public sealed partial class MarkdownLinkTests
{
    [Fact]
    public void Every_relative_link_leads_somewhere()
    {
        var wrong = new List<string>();
        foreach (var document in SourceFiles.EndingWith(".md"))
        {
            foreach (Match link in Link().Matches(SourceFiles.Read(document)))
            {
                var target = link.Groups[1].Value.Split('#')[0];
                if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal))
                {
                    continue;
                }

                var path = Path.Combine(RepositoryRoot.Path, Path.GetDirectoryName(document)!, target);
                if (!Path.Exists(path))
                {
                    wrong.Add($"{document}: {target}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
