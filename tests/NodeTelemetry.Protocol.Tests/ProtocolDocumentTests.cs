using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Protocol.Tests;

/// <summary>PROTOCOL.md says what the code does.</summary>
public sealed partial class ProtocolDocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "shared", "Protocol", "PROTOCOL.md"));

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
        var names = typeof(WireNames).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => ((JsonEncodedText)field.GetValue(null)!).Value)
            .Concat(SectionCatalog.All.Where(section => section.PrecedesHeader).SelectMany(section =>
                section.Layout == SectionLayout.Keys ? section.WireFields.Select(field => field.WireName) : [section.Key]));

        Assert.Equal(names.Order(), documented.Order());
        Assert.All(
            MeminfoSection.Definition.WireFields,
            field => Assert.Contains($"`{field.WireName}`", Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_section_stands_there()
    {
        var text = new StringBuilder();
        foreach (var section in SectionCatalog.All.Where(section => !section.PrecedesHeader))
        {
            var entries = section.EntryLabel is null ? string.Empty : $"; entries by {section.EntryLabel}";
            text.Append($"\n#### `{section.Key}`\n\n{section.Help}{entries}. Since 1.\n\n");
            text.Append("| key | type | unit | range | meaning |\n|---|---|---|---|---|\n");
            foreach (var field in section.Fields)
            {
                text.Append($"| `{field.WireName}` | {TypeOf(field)} | {UnitOf(field)} | {RangeOf(field)} | {field.Help} |\n");
            }
        }

        Assert.Null(DocumentBlock.Compare(Path.Combine("shared", "Protocol", "PROTOCOL.md"), "sections", text.Append('\n').ToString()));
    }

    private static string TypeOf(FieldDefinition field) => field.Kind switch
    {
        FieldKind.Flag => "flag",
        FieldKind.Text => "string",
        _ when field.IsExact => "17 digits",
        var kind => (kind == FieldKind.Counter ? "counter, " : string.Empty) + field.Decimals switch
        {
            0 => "integer",
            1 => "1 decimal",
            var decimals => $"{decimals} decimals",
        } + (field.IsSlow ? ", slow" : string.Empty),
    };

    private static string UnitOf(FieldDefinition field) => field.Unit switch
    {
        ReadingUnit.None => "–",
        ReadingUnit.Ratio => "0 to 1",
        ReadingUnit.Celsius => "°C",
        ReadingUnit.Hertz => "Hz",
        ReadingUnit.Bytes => "B",
        ReadingUnit.BytesPerSecond => "B/s",
        ReadingUnit.Seconds => "s",
        ReadingUnit.Volts => "V",
        ReadingUnit.Amperes => "A",
        ReadingUnit.Watts => "W",
        ReadingUnit.Ohms => "Ω",
        ReadingUnit.Pascals => "Pa",
        ReadingUnit.Lux => "lx",
        ReadingUnit.Decibels => "dB",
        ReadingUnit.RevolutionsPerMinute => "1/min",
        ReadingUnit.MicrogramsPerCubicMetre => "µg/m³",
        ReadingUnit.MetresPerSecondSquared => "m/s²",
        ReadingUnit.RadiansPerSecond => "rad/s",
        ReadingUnit.Tesla => "T",
        var unit => throw new InvalidOperationException($"{unit} has no symbol."),
    };

    private static string RangeOf(FieldDefinition field) =>
        field.Kind is FieldKind.Flag or FieldKind.Text || field.Unit == ReadingUnit.Ratio ? "–"
        : field.Max >= 1L << 53 ? $"{Plain(field.Min)} or more"
        : $"{Plain(field.Min)} to {Plain(field.Max)}";

    private static string Plain(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Shown(object value) => value is TimeSpan period
        ? period.TotalSeconds.ToString(CultureInfo.InvariantCulture)
        : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    [GeneratedRegex(@"^\| [^|]+ \| (?<value>[^|]+) \| `(?<name>[A-Za-z0-9]+)` \|$", RegexOptions.Multiline)]
    private static partial Regex LimitRow();

    [GeneratedRegex(
        @"^\| `(?<name>[a-z]+)` \| [^|]+ \| [^|]+ \| (required|optional|reserved) \| 1 \|", RegexOptions.Multiline)]
    private static partial Regex KeyRow();
}
