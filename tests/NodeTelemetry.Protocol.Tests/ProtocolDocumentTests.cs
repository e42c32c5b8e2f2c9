using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Protocol.Tests;

/// <summary>PROTOCOL.md says what the code does.</summary>
public sealed partial class ProtocolDocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "shared", "PROTOCOL.md"));

    [Fact]
    public void Every_limit_stands_there_with_its_value()
    {
        var documented =
            LimitRow().Matches(Text).ToDictionary(row => row.Groups["name"].Value, row => row.Groups["value"].Value);
        var actual = typeof(WireLimits).GetFields(BindingFlags.Public | BindingFlags.Static)
            .ToDictionary(field => field.Name, field => Shown(field.GetValue(null)!));

        Assert.Equal(actual.OrderBy(item => item.Key), documented.OrderBy(item => item.Key));
    }

    [Fact]
    public void Every_key_stands_there()
    {
        var documented = KeyRow().Matches(Text).Select(row => row.Groups["name"].Value).ToHashSet();
        var meminfo = typeof(WireNames).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => ((JsonEncodedText)field.GetValue(null)!).Value)
            .ToList();

        // The entries of meminfo stand in a sentence, all others in a table.
        Assert.All(meminfo, name => Assert.Contains($"`{name}`", Text, StringComparison.Ordinal));
        Assert.Equal(meminfo.Where(name => char.IsLower(name[0])).Order(), documented.Order());
    }

    private static string Shown(object value) => value is TimeSpan period
        ? period.TotalSeconds.ToString(CultureInfo.InvariantCulture)
        : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    [GeneratedRegex(@"^\| [^|]+ \| (?<value>[^|]+) \| `(?<name>[A-Za-z0-9]+)` \|$", RegexOptions.Multiline)]
    private static partial Regex LimitRow();

    [GeneratedRegex(
        @"^\| `(?<name>[a-z]+)` \| [^|]+ \| [^|]+ \| (required|optional|reserved) \| 1 \|", RegexOptions.Multiline)]
    private static partial Regex KeyRow();
}
