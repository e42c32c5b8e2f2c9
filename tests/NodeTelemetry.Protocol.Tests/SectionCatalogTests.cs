using System.Runtime.Loader;
using System.Text.RegularExpressions;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Protocol.Tests;

/// <summary>The tables of sections keep the rules that everything derived from them relies on.</summary>
public sealed partial class SectionCatalogTests
{
    private static readonly FieldDefinition[] Numbers =
        [.. SectionCatalog.All.SelectMany(section => section.Fields).Where(field => field.Kind != FieldKind.Text)];

    [Fact]
    public void Keys_are_short_and_unique_within_their_object()
    {
        AssertUnique(SectionCatalog.All.Select(section => section.Key));
        foreach (var section in SectionCatalog.All)
        {
            Assert.Matches(Key(), section.Key);
            if (!section.PrecedesHeader)
            {
                Assert.All(section.WireFields, field => Assert.Matches(Key(), field.WireName));
            }

            AssertUnique(section.WireFields.Select(field => field.WireName));
            AssertUnique(section.Fields.Select(field => field.ApiName));
        }
    }

    [Fact]
    public void The_index_of_a_section_is_known_before_anything_has_used_the_catalogue()
    {
        // A second copy of the assembly, because tests that ran before have used the catalogue of the first.
        var context = new AssemblyLoadContext("unused", isCollectible: true);
        var copy = context.LoadFromAssemblyPath(typeof(SectionCatalog).Assembly.Location);
        var section = copy.GetType(typeof(LoadSection).FullName!)!.GetField(nameof(LoadSection.Definition))!.GetValue(null);
        var indexOf = copy.GetType(typeof(SectionCatalog).FullName!)!.GetMethod(nameof(SectionCatalog.IndexOf))!;

        Assert.Equal(SectionCatalog.All.ToList().IndexOf(LoadSection.Definition), indexOf.Invoke(null, [section]));
    }

    [Fact]
    public void Readings_of_a_whole_node_have_names_of_their_own_in_the_api_and_in_opensearch()
    {
        AssertUnique(ReadingCatalog.Scalars.Select(reading => reading.ApiName));
        AssertUnique(ReadingCatalog.Scalars.Select(reading => reading.FieldName));
    }

    [Fact]
    public void No_field_in_opensearch_is_both_a_value_and_an_object()
    {
        var names = ReadingCatalog.Scalars.Select(reading => reading.FieldName)
            .Concat(SectionCatalog.All.SelectMany(section => section.Fields).Select(field => field.FieldName))
            .Distinct()
            .ToList();

        Assert.DoesNotContain(
            names, name => names.Exists(other => other.StartsWith(name + ".", StringComparison.Ordinal)));
    }

    [Fact]
    public void Names_of_prometheus_are_of_one_section_and_say_their_kind()
    {
        foreach (var family in Numbers.GroupBy(field => field.Name))
        {
            Assert.Single(family.Select(field => field.Section).Distinct());
            Assert.Single(family.Select(field => field.Kind).Distinct());
            Assert.Single(family.Select(field => field.FamilyHelp).Distinct());
            Assert.Matches(MetricName(), family.Key);
            Assert.Equal(family.First().Kind == FieldKind.Counter, family.Key.EndsWith("_total", StringComparison.Ordinal));
            AssertUnique(family.Select(field => string.Join(",", field.Labels)));
        }
    }

    [Fact]
    public void Fields_of_one_name_follow_each_other()
    {
        foreach (var section in SectionCatalog.All)
        {
            var runs = section.Fields.Where(field => field.Kind != FieldKind.Text).Select(field => field.Name).ToList();
            var changes = runs.Where((name, index) => index == 0 || runs[index - 1] != name).ToList();
            AssertUnique(changes);
        }
    }

    [Fact]
    public void Texts_have_a_metric_to_stand_in()
    {
        foreach (var section in SectionCatalog.All)
        {
            Assert.Equal(section.TextCount > 0, section.InfoName is not null);
            Assert.Equal(section.EntryLabel is null, section.EntryFieldName is null);
        }
    }

    private static void AssertUnique(IEnumerable<string> names) =>
        Assert.Empty(names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key));

    [GeneratedRegex("^[a-z][a-z0-9]*$")]
    private static partial Regex Key();

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    private static partial Regex MetricName();
}
