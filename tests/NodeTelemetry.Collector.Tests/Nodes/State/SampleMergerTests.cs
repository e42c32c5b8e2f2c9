using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.State;

/// <summary>The live readings of a node whose samples arrive in parts.</summary>
public sealed class SampleMergerTests
{
    private readonly SampleMerger _merger = new();
    private NodeSnapshot _known = new() { Hostname = "n" };

    [Fact]
    public void Parts_of_one_sample_add_up_in_the_order_of_the_catalog()
    {
        Take(1, 0, Disk("/", 1));
        Take(1, 1, Disk("/srv", 2), Clock(0.5));
        Take(1, 2, Pressure(0.25));

        Assert.Equal(["psi", "disk", "clock"], Keys());
        Assert.Equal(["/", "/srv"], Names());
    }

    [Fact]
    public void Parts_may_arrive_in_any_order()
    {
        Take(1, 1, Disk("/srv", 2), Clock(0.5));
        Take(1, 0, Pressure(0.25), Disk("/", 1));

        Assert.Equal(["psi", "disk", "clock"], Keys());
        Assert.Equal(["/srv", "/"], Names());
    }

    [Fact]
    public void A_lost_part_costs_nothing_for_one_sample_and_its_readings_afterwards()
    {
        Take(1, 0, Clock(0.5));
        Take(1, 1, Pressure(0.25));
        Take(2, 0, Clock(0.6));
        Assert.Equal(["psi", "clock"], Keys());

        Take(3, 0, Clock(0.7));
        Assert.Equal(["clock"], Keys());
        Assert.Equal(0.7, _known.Section(ClockSection.Definition)![ClockSection.OffsetSeconds]);
    }

    [Fact]
    public void Entries_of_two_samples_do_not_mix()
    {
        Take(1, 0, Disk("/mnt/usb", 1));
        Take(2, 0, Disk("/", 1));

        Assert.Equal(["/"], Names());
    }

    [Fact]
    public void A_whole_sample_and_a_new_run_replace_everything()
    {
        Take(1, 0, Clock(0.5));
        Take(2, null, Pressure(0.25));
        Assert.Equal(["psi"], Keys());

        Take(0, 0, run: 8, Clock(0.5));
        Assert.Equal(["clock"], Keys());
    }

    [Fact]
    public void A_whole_sample_is_the_sample_before_the_first_parts()
    {
        Take(1, null, Pressure(0.25));
        Take(2, 0, Clock(0.5));
        Assert.Equal(["psi", "clock"], Keys());
    }

    private static SectionReading Disk(string name, double size)
    {
        var builder = new SectionBuilder(FilesystemsSection.Definition);
        builder.Begin(name);
        builder.Set(FilesystemsSection.SizeBytes, size);
        return builder.Build()!;
    }

    private static SectionReading Clock(double offset) => Single(ClockSection.OffsetSeconds, offset);

    private static SectionReading Pressure(double ratio) => Single(PressureSection.CpuSomeRatio, ratio);

    private static SectionReading Single(FieldDefinition field, double value)
    {
        var builder = new SectionBuilder(field.Section);
        builder.Set(field, value);
        return builder.Build()!;
    }

    private void Take(long sequence, int? part, params SectionReading[] sections) =>
        Take(sequence, part, run: 7, sections);

    private void Take(long sequence, int? part, uint run, params SectionReading[] sections) =>
        _known = _merger.Merge(_known, new NodeSnapshot
        {
            Hostname = "n",
            Header = new SampleHeader
            {
                Node = "00000000000000aa",
                Boot = 1,
                Run = run,
                Sequence = sequence,
                TimeMilliseconds = 1,
                IntervalMilliseconds = 1000,
                Part = part is { } index ? new PartNumber(index, 3) : null,
            },
            Sections = sections,
        });

    private string[] Keys() => [.. _known.Sections.Select(section => section.Definition.Key)];

    private string[] Names()
    {
        var disk = _known.Section(FilesystemsSection.Definition)!;
        return [.. Enumerable.Range(0, disk.EntryCount).Select(index => disk[index].Name!)];
    }
}
