using System.Text;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using Xunit;

namespace NodeTelemetry.Protocol.Tests;

/// <summary>Sections go out and come in as they are, whole or spread over parts.</summary>
public sealed class SectionTests
{
    private readonly SnapshotDecoder _decoder = new();

    [Fact]
    public void Every_field_of_every_section_arrives()
    {
        var random = new Random(20261121);
        var sections = SectionCatalog.All.Select(section => Filled(section, entries: 3, random)).ToList();

        var arrived = SendThroughParts(Samples.Minimal with { Sections = sections }, out var count);

        Assert.InRange(count, 2, WireLimits.PartCountMax);
        foreach (var section in sections)
        {
            AssertSame(section, arrived[SectionCatalog.IndexOf(section.Definition)]!);
        }
    }

    [Fact]
    public void A_machine_of_256_cores_and_60_disks_fits()
    {
        var random = new Random(256);
        var sections = new[]
        {
            Filled(CpuSection.Definition, 1, random),
            Filled(CoresSection.Definition, 256, random),
            Filled(FilesystemsSection.Definition, 60, random),
            Filled(DisksSection.Definition, 60, random),
        };

        using var encoder = new SnapshotEncoder();
        var count = encoder.Encode(Samples.Minimal with { Sections = sections });
        var arrived = SendThroughParts(Samples.Minimal with { Sections = sections }, out _);

        Assert.InRange(count, 20, WireLimits.PartCountMax);
        Assert.Equal(0, encoder.SectionsDropped);
        Assert.Equal(256, arrived[SectionCatalog.IndexOf(CoresSection.Definition)]!.EntryCount);
        Assert.Equal(60, arrived[SectionCatalog.IndexOf(DisksSection.Definition)]!.EntryCount);
    }

    [Fact]
    public void What_has_no_room_in_the_last_part_is_counted()
    {
        using var encoder = new SnapshotEncoder();
        var random = new Random(7);
        var sections = new[]
        {
            Filled(CoresSection.Definition, 512, random), Filled(DisksSection.Definition, 512, random),
            Filled(SensorsSection.Definition, 100, random),
        };

        Assert.Equal(WireLimits.PartCountMax, encoder.Encode(Samples.Minimal with { Sections = sections }));

        Assert.True(encoder.SectionsDropped > 100);
        for (var index = 0; index < WireLimits.PartCountMax; index++)
        {
            Assert.InRange(encoder.Datagram(index).Length, 1, WireLimits.DatagramBytesMax);
            Assert.Equal(DecodeError.None, _decoder.Decode(encoder.Datagram(index).Span, out _));
        }
    }

    [Theory]
    [InlineData("""{"clock":{"synced":1}}""", DecodeError.WrongType)]
    [InlineData("""{"clock":{"offset":"late"}}""", DecodeError.WrongType)]
    [InlineData("""{"clock":{"offset":2e6}}""", DecodeError.OutOfRange)]
    [InlineData("""{"clock":{"offset":null}}""", DecodeError.WrongType)]
    [InlineData("""{"clock":{"offset":1,"offset":2}}""", DecodeError.DuplicateField)]
    [InlineData("""{"clock":[]}""", DecodeError.WrongType)]
    [InlineData("""{"clock":{},"clock":{}}""", DecodeError.DuplicateField)]
    [InlineData("""{"disk":{"/":{"size":1},"/":{"size":1}}}""", DecodeError.DuplicateField)]
    [InlineData("""{"disk":{"/":7}}""", DecodeError.WrongType)]
    [InlineData("""{"disk":{"":{}}}""", DecodeError.OutOfRange)]
    [InlineData("""{"disk":{"/":{"fs":4}}}""", DecodeError.WrongType)]
    [InlineData("""{"disk":{"/":{"used":1.2}}}""", DecodeError.OutOfRange)]
    public void A_bad_section_refuses_the_datagram(string section, DecodeError expected) =>
        Assert.Equal(expected, Decode(section, out _));

    [Fact]
    public void What_is_unknown_is_skipped()
    {
        Assert.Equal(
            DecodeError.None,
            Decode("""{"clock":{"later":{"a":[1]},"synced":true},"cl\u006fck":{"synced":3},"disk":{}}""", out var snapshot));

        Assert.Equal(1, snapshot!.Section(ClockSection.Definition)![ClockSection.Synchronised]);
        Assert.Null(snapshot.Section(ClockSection.Definition)![ClockSection.OffsetSeconds]);
        Assert.Null(snapshot.Section(FilesystemsSection.Definition));
    }

    [Fact]
    public void Too_many_entries_and_too_long_names_are_refused()
    {
        var many = string.Join(',', Enumerable.Range(0, WireLimits.SectionEntryCountMax + 1).Select(i => $"\"{i}\":{{}}"));
        var name = new string('x', WireLimits.EntryNameBytesMax + 1);

        Assert.Equal(DecodeError.TooManyItems, Decode("{\"cores\":{" + many + "}}", out _));
        Assert.Equal(DecodeError.StringTooLong, Decode("{\"cores\":{\"" + name + "\":{}}}", out _));
    }

    [Fact]
    public void Impossible_values_are_refused_where_they_arise_and_counted()
    {
        var builder = new SectionBuilder(TemperaturesSection.Definition);
        Assert.True(builder.Begin("cpu"));

        Assert.False(builder.Set(TemperaturesSection.Celsius, 1e6));
        Assert.False(builder.Set(TemperaturesSection.Celsius, double.NaN));
        Assert.False(builder.Begin(new string('ü', WireLimits.EntryNameBytesMax)));

        Assert.Equal(2, builder.ValuesRefused);
        Assert.Equal(1, builder.EntriesRefused);
        Assert.Null(builder.Build()!.Find("cpu")!.Value[TemperaturesSection.Celsius]);
        Assert.Throws<ArgumentException>(() => builder.Set(ClockSection.OffsetSeconds, 1));
    }

    [Fact]
    public void A_refused_section_allocates_nothing()
    {
        var bytes = Datagram("""{"disk":{"/":{"fs":"ext4","size":1,"free":2},"/boot":{"size":-1}}}""");
        for (var index = 0; index < 100; index++)
        {
            _decoder.Decode(bytes, out _);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = _decoder.Decode(bytes, out _);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(DecodeError.OutOfRange, error);
        Assert.Equal(0, allocated);
    }

    private static SectionReading Filled(SectionDefinition definition, int entries, Random random)
    {
        var builder = new SectionBuilder(definition);
        for (var index = 0; index < (definition.EntryLabel is null ? 1 : entries); index++)
        {
            builder.Begin(!definition.HasNamedEntries ? null : $"/srv/\"{index}\"");
            foreach (var field in definition.WireFields)
            {
                _ = field.Kind switch
                {
                    FieldKind.Text => builder.Set(field, $"äöü {random.Next(1000)}"),
                    FieldKind.Flag => builder.Set(field, random.Next(2) == 1),
                    _ => builder.Set(
                        field,
                        field.Scale * Math.Round(
                            Math.Max(field.Min, Math.Min(field.Max, 1e6) * random.NextDouble()) / field.Scale,
                            field.Decimals)),
                };
            }
        }

        return builder.Build()!;
    }

    private static byte[] Datagram(string section) => Encoding.UTF8.GetBytes(
        """{"hostname":"n","v":1,"node":"00000000000000aa","boot":"00000001","run":"00000002","seq":1,"time":1,"interval":1000,"""
        + section[1..]);

    private static void AssertSame(SectionReading expected, SectionReading actual)
    {
        Assert.Equal(expected.EntryCount, actual.EntryCount);
        for (var index = 0; index < expected.EntryCount; index++)
        {
            Assert.Equal(expected[index].Name, actual[index].Name);
            foreach (var field in expected.Definition.WireFields)
            {
                if (field.Kind == FieldKind.Text)
                {
                    Assert.Equal(expected[index].Text(field), actual[index].Text(field));
                }
                else
                {
                    Assert.Equal(expected[index][field]!.Value, actual[index][field]!.Value, 1e-6);
                }
            }
        }
    }

    private SectionReading?[] SendThroughParts(NodeSnapshot snapshot, out int count)
    {
        using var encoder = new SnapshotEncoder();
        count = encoder.Encode(snapshot);
        var arrived = new SectionReading?[SectionCatalog.All.Count];
        for (var index = 0; index < count; index++)
        {
            Assert.InRange(encoder.Datagram(index).Length, 1, WireLimits.DatagramBytesMax);
            Assert.Equal(DecodeError.None, _decoder.Decode(encoder.Datagram(index).Span, out var part));
            Assert.Equal(new PartNumber(index, count), part!.Header!.Part);
            foreach (var section in part.Sections)
            {
                ref var known = ref arrived[SectionCatalog.IndexOf(section.Definition)];
                known = known?.Combine(section) ?? section;
            }
        }

        return arrived;
    }

    private DecodeError Decode(string section, out NodeSnapshot? snapshot) =>
        _decoder.Decode(Datagram(section), out snapshot);
}
