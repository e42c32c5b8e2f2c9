using System.Text.RegularExpressions;
using Xunit;

namespace NodeTelemetry.Repository.Tests;

/// <summary>A name means one thing.</summary>
public sealed class TypeNameTests
{
    [Fact]
    public void No_two_types_of_a_program_share_a_name()
    {
        foreach (var root in (string[])["agent/", "collector/"])
        {
            var seen = new Dictionary<string, string>();
            var wrong = new List<string>();
            foreach (var path in ProductFiles().Where(path => path.StartsWith(root, StringComparison.Ordinal) || path.StartsWith("shared/", StringComparison.Ordinal)))
            {
                foreach (Match match in SourceFiles.TypeDeclaration().Matches(SourceFiles.Read(path)))
                {
                    var name = match.Groups["name"].Value + match.Groups["generic"].Value;
                    if (!seen.TryAdd(name, path))
                    {
                        wrong.Add($"{path}: {name} is also in {seen[name]}");
                    }
                }
            }

            Assert.Empty(wrong);
        }
    }

    [Fact]
    public void State_is_mutable_and_has_one_writer()
    {
        var wrong = ProductFiles()
            .SelectMany(static path => SourceFiles.TypeDeclaration().Matches(SourceFiles.Read(path)).Select(match => (path, match)))
            .Where(static entry => entry.match.Groups["name"].Value.EndsWith("State", StringComparison.Ordinal)
                && entry.match.Groups["kind"].Value is not ("class" or "struct"))
            .Select(static entry => $"{entry.path}: {entry.match.Groups["name"].Value} is a {entry.match.Groups["kind"].Value}: call it Status or Outcome");

        Assert.Empty(wrong);
    }

    private static IEnumerable<string> ProductFiles() =>
        SourceFiles.Product.Where(static path => !path.EndsWith(".Log.cs", StringComparison.Ordinal));
}
