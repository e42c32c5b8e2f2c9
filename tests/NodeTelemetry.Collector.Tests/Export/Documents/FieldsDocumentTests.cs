using System.Text;
using NodeTelemetry.Collector.Export.Documents;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export.Documents;

/// <summary>METRICS.md says which wire name becomes which field of OpenSearch.</summary>
public class FieldsDocumentTests
{
    // The names of raspi-cluster and of the header, which are in no section.
    [Fact]
    public void METRICS_md_lists_every_field_of_a_sample()
    {
        var rows = Begin();
        foreach (var reading in ReadingCatalog.Scalars)
        {
            Append(rows, Wire(reading), DocumentField.Create(reading), reading.Unit, reading.Help);
        }

        var cores = CoreUsageSection.UsageRatio;
        rows.Append($"| `{cores.Section.Key}` | `{cores.FieldName}` | ratio, a list | 1 | {cores.Help} |\n");
        Assert.Null(DocumentBlock.Compare("collector/METRICS.md", "fields", rows.ToString()));
    }

    [Fact]
    public void METRICS_md_lists_every_field_of_an_entry()
    {
        var rows = Begin();
        foreach (var section in DocumentFields.Entries.Keys.OrderBy(static section => SectionCatalog.IndexOf(section)))
        {
            rows.Append($"| `{section.Key}.*` | `{section.EntryFieldName}` | keyword | | {section.Help}: which |\n");
            foreach (var field in section.Fields)
            {
                Append(rows, $"{section.Key}.*.{field.WireName}", DocumentField.Create(field), field.Unit, field.Help);
            }
        }

        Assert.Null(DocumentBlock.Compare("collector/METRICS.md", "entry fields", rows.ToString()));
    }

    [Fact]
    public void METRICS_md_lists_every_other_field()
    {
        var rows = new StringBuilder("| field | type | in documents of |\n|---|---|---|\n");
        foreach (var field in DocumentFields.All.Where(static field => field.Content is not
            (FieldContent.Reading or FieldContent.EntryField or FieldContent.EntryName or FieldContent.List)))
        {
            var kinds = new List<string>();
            AddIf(kinds, "samples", DocumentFields.Sample, field);
            AddIf(kinds, "entries", DocumentFields.Entries.Values.First(), field);
            AddIf(kinds, "events", DocumentFields.Event, field);
            AddIf(kinds, "states", DocumentFields.State, field);
            rows.Append($"| `{field.Path}` | {Type(field)} | {string.Join(", ", kinds)} |\n");
        }

        Assert.Null(DocumentBlock.Compare("collector/METRICS.md", "other fields", rows.ToString()));
    }

    // A field that two sections share is mapped once, so they must agree on its type.
    [Fact]
    public void Fields_of_the_same_name_have_the_same_type()
    {
        var lists = DocumentFields.Entries.Values.Append(DocumentFields.Sample)
            .Append(DocumentFields.Event).Append(DocumentFields.State);
        foreach (var same in lists.SelectMany(static list => list).GroupBy(static field => field.Path))
        {
            Assert.True(same.DistinctBy(static field => field.Type).Count() == 1, $"{same.Key} has several types.");
        }
    }

    private static string Wire(FieldDefinition field) => field.Section.Layout switch
    {
        _ when field == HeaderSection.UptimeSeconds => field.WireName,
        _ when field.Derive is not null => field.Section.Key,
        SectionLayout.Keys => field.WireName,
        SectionLayout.List => $"{field.Section.Key}[{field.Slot}]",
        _ => $"{field.Section.Key}.{field.WireName}",
    };

    private static StringBuilder Begin() =>
        new("| wire | field | type | unit | meaning |\n|---|---|---|---|---|\n");

    private static void Append(StringBuilder rows, string wire, DocumentField field, ReadingUnit unit, string help) =>
        rows.Append($"| `{wire}` | `{field.Path}` | {Type(field)} | {Ucum(unit, field.Type)} | {help} |\n");

    private static void AddIf(List<string> kinds, string kind, IReadOnlyList<DocumentField> list, DocumentField field)
    {
        if (list.Any(other => other.Path == field.Path))
        {
            kinds.Add(kind);
        }
    }

    private static string Type(DocumentField field) => field.Type switch
    {
        FieldType.HalfFloat => "half float",
        FieldType.Texts => "keywords by name",
        var type => type.ToString().ToLowerInvariant(),
    };

    private static string Ucum(ReadingUnit unit, FieldType type) => unit switch
    {
        _ when type is FieldType.Keyword or FieldType.Boolean => string.Empty,
        ReadingUnit.Ratio or ReadingUnit.None => "1",
        ReadingUnit.Celsius => "Cel",
        ReadingUnit.Hertz => "Hz",
        ReadingUnit.Bytes => "By",
        ReadingUnit.Seconds => "s",
        ReadingUnit.Volts => "V",
        ReadingUnit.Amperes => "A",
        ReadingUnit.Watts => "W",
        ReadingUnit.Pascals => "Pa",
        ReadingUnit.Lux => "lx",
        ReadingUnit.Ohms => "Ohm",
        ReadingUnit.Decibels => "dB",
        ReadingUnit.BytesPerSecond => "By/s",
        ReadingUnit.RevolutionsPerMinute => "{revolution}/min",
        ReadingUnit.MicrogramsPerCubicMetre => "ug/m3",
        ReadingUnit.MetresPerSecondSquared => "m/s2",
        ReadingUnit.RadiansPerSecond => "rad/s",
        ReadingUnit.Tesla => "T",
        _ => throw new InvalidOperationException($"{unit} has no name in UCUM here."),
    };
}
