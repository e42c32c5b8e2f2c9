using System.Text;
using System.Text.Json;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Signing;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Protocol.Tests;

/// <summary>Samples that have only what differs from the last full one.</summary>
public sealed class ReducedSampleTests : IDisposable
{
    private readonly SnapshotEncoder _encoder = new();
    private readonly SampleReference _full = new();

    public void Dispose() => _encoder.Dispose();

    [Fact]
    public void A_reduced_sample_has_the_first_keys_the_identity_and_what_changed()
    {
        var full = Sample(17, Disk("sda", 10, 5), Clock(true), Memory(1024, 0));
        _full.Set(full);

        Assert.Equal(
            """{"hostname":"pi4-01","loadavg":[0.5,0.25,0.12],"v":1,"node":"a1b2c3d4e5f60718","boot":"5a1e33d0","run":"0badcafe","seq":18,"time":1795000000123,"interval":2000,"full":17,"io":{"sda":{"rbytes":11}}}""",
            Reduced(Sample(18, Disk("sda", 11, 5), Clock(true), Memory(1024, 0))));
    }

    [Fact]
    public void Slow_readings_come_when_they_are_due_and_from_then_on_every_time_that_they_are()
    {
        _full.Set(Sample(1, Memory(1024, 0)));

        Assert.Null(Section(Reduced(Sample(2, Memory(2048, 0))), "mem"));
        Assert.Equal("""{"dirty":2048}""", Section(Reduced(Sample(3, Memory(2048, 0)), isWithSlow: true), "mem"));
        Assert.Null(Section(Reduced(Sample(4, Memory(1024, 0))), "mem"));

        // Equal to the full sample again, but a receiver may have the other value.
        Assert.Equal("""{"dirty":1024}""", Section(Reduced(Sample(5, Memory(1024, 0)), isWithSlow: true), "mem"));
        Assert.Equal("""{"dirty":1024}""", Section(Reduced(Sample(6, Memory(1024, 0)), isWithSlow: true), "mem"));
    }

    [Fact]
    public void A_number_that_is_written_alike_is_no_change()
    {
        _full.Set(Sample(1, Share(0.12341)));

        Assert.Null(Section(Reduced(Sample(2, Share(0.12342))), "cpu"));
        Assert.Equal("""{"us":0.1235}""", Section(Reduced(Sample(2, Share(0.12346))), "cpu"));
    }

    [Fact]
    public void New_entries_and_sections_are_whole_also_their_slow_readings()
    {
        _full.Set(Sample(1, Disk("sda", 10, 5)));

        Assert.Equal(
            """{"sdb":{"rbytes":1,"reads":2}}""",
            Section(Reduced(Sample(2, Disk("sda", 10, 5, "sdb", 1, 2))), "io"));
        Assert.Equal("""{"dirty":1024}""", Section(Reduced(Sample(2, Disk("sda", 10, 5), Memory(1024, null))), "mem"));
    }

    [Theory]
    [InlineData("section")]
    [InlineData("entry")]
    [InlineData("field")]
    [InlineData("slow field that came later")]
    [InlineData("text")]
    public void What_has_disappeared_needs_a_full_sample(string what)
    {
        _full.Set(Sample(1, FileSystem("ext4"), Disk("sda", 10, 5, "sdb", 1, 2), Memory(null, 3)));
        var next = Sample(2, FileSystem("ext4"), Disk("sda", 10, 5, "sdb", 1, 2), Memory(null, 3));
        Assert.NotNull(Reduced(next));
        if (what == "slow field that came later")
        {
            Assert.NotNull(Reduced(next.With(Memory(7, 3)), isWithSlow: true));
        }

        Assert.Null(Reduced(what switch
        {
            "section" => next.Without(DisksSection.Definition),
            "entry" => next.With(Disk("sdb", 1, 2)),
            "field" => next.With(Memory(5, null)),
            "text" => next.With(FileSystem(null)),
            _ => next,
        }));
    }

    [Fact]
    public void Entries_in_another_order_are_found_by_name()
    {
        _full.Set(Sample(1, Disk("sda", 10, 5, "sdb", 1, 2)));

        Assert.Equal("""{"sdb":{"rbytes":2}}""", Section(Reduced(Sample(2, Disk("sdb", 2, 2, "sda", 10, 5))), "io"));
    }

    [Fact]
    public void A_difference_that_does_not_fit_a_datagram_needs_a_full_sample()
    {
        var builder = new SectionBuilder(DisksSection.Definition);
        for (var index = 0; index < 100; index++)
        {
            builder.Begin($"disk{index}");
            builder.Set(DisksSection.ReadBytes, 1e9 + index);
        }

        _full.Set(Sample(1));
        Assert.Null(Reduced(Sample(2, builder.Build()!)));

        // The encoder goes on with full samples.
        Assert.Equal(3, _encoder.Encode(Sample(3, builder.Build()!)));
    }

    [Fact]
    public void A_reduced_sample_is_signed_like_any_other()
    {
        var key = new SignatureKey("k1", new byte[32], []);
        using var encoder = new SnapshotEncoder(key);
        _full.Set(Sample(1, Clock(true)));

        Assert.True(encoder.TryEncodeReduced(Sample(2, Clock(false)), _full, slowSlots: 0));
        Assert.True(DatagramSignature.TryRead(encoder.Datagram(0).Span, out var signature));
        Assert.True(key.IsValidSignature(signature.Message, signature.MacText));
    }

    [Fact]
    public void A_receiver_rejects_a_sample_that_builds_upon_itself()
    {
        var text = Reduced(Sample(2), 1);

        Assert.Equal(DecodeError.None, new SnapshotDecoder().Decode(Encoding.UTF8.GetBytes(text!), out var decoded));
        Assert.Equal(1, decoded!.Header!.FullSequence);
        foreach (var full in (string[])["2", "3", "-1"])
        {
            Assert.Equal(
                DecodeError.OutOfRange,
                new SnapshotDecoder().Decode(
                    Encoding.UTF8.GetBytes(text!.Replace("\"full\":1", "\"full\":" + full, StringComparison.Ordinal)),
                    out _));
        }
    }

    [Fact]
    public void Reducing_allocates_nothing()
    {
        var full = Samples.Full(cores: 4).With(FilledSections.All);
        var next = full with { Header = full.Header! with { Sequence = 18 }, About = null, Labels = null };
        next = next.With(Disk("one", 77, 5, "two/2", 1, 2, isFilled: true));
        for (var warmUp = 0; warmUp < 50; warmUp++)
        {
            _full.Set(full);
            Assert.True(_encoder.TryEncodeReduced(next, _full, SampleReference.AllSlots));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        _full.Set(full);
        _encoder.TryEncodeReduced(next, _full, SampleReference.AllSlots);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>The history holds the rate of a counter, which would jump at a counter that rests between its times.
    /// </summary>
    [Fact]
    public void No_counter_of_the_history_is_slow() =>
        Assert.DoesNotContain(
            SectionCatalog.All.SelectMany(section => section.Fields),
            field => field is { IsSlow: true, InHistory: true, Kind: FieldKind.Counter });

    /// <summary>raspi-cluster's clients keep nothing.</summary>
    [Fact]
    public void Nothing_before_the_header_is_slow() =>
        Assert.DoesNotContain(
            SectionCatalog.All.Where(section => section.PrecedesHeader).SelectMany(section => section.Fields),
            field => field.IsSlow);

    private static NodeSnapshot Sample(long sequence, params SectionReading[] sections) =>
        (Samples.Minimal with { Header = Samples.Minimal.Header! with { Sequence = sequence } })
        .WithLoad(0.5, 0.25, 0.12).With(sections);

    private string? Reduced(NodeSnapshot snapshot, bool isWithSlow = false) =>
        _encoder.TryEncodeReduced(snapshot, _full, isWithSlow ? SampleReference.AllSlots : 0)
            ? Encoding.UTF8.GetString(_encoder.Datagram(0).Span)
            : null;

    private string? Reduced(NodeSnapshot snapshot, long full)
    {
        _full.Set(Sample(full));
        return Reduced(snapshot);
    }

    private static string? Section(string? datagram, string key)
    {
        using var document = JsonDocument.Parse(datagram!);
        return document.RootElement.TryGetProperty(key, out var section) ? section.GetRawText() : null;
    }

    private static SectionReading Disk(
        string name, double read, double reads, string? other = null, double otherRead = 0, double otherReads = 0,
        bool isFilled = false)
    {
        var builder = new SectionBuilder(DisksSection.Definition);
        foreach (var (entry, bytes, count) in (IEnumerable<(string?, double, double)>)
            [(name, read, reads), (other, otherRead, otherReads)])
        {
            if (entry is null)
            {
                continue;
            }

            builder.Begin(entry);
            foreach (var field in isFilled ? DisksSection.Definition.WireFields : [])
            {
                builder.Set(field, 1.0);
            }

            builder.Set(DisksSection.ReadBytes, bytes);
            builder.Set(DisksSection.Reads, count);
        }

        return builder.Build()!;
    }

    private static SectionReading FileSystem(string? type)
    {
        var builder = new SectionBuilder(FilesystemsSection.Definition);
        builder.Begin("/");
        builder.Set(FilesystemsSection.FsType, type);
        builder.Set(FilesystemsSection.SizeBytes, 4096.0);
        return builder.Build()!;
    }

    private static SectionReading Clock(bool isSynchronised)
    {
        var builder = new SectionBuilder(ClockSection.Definition);
        builder.Set(ClockSection.Synchronised, isSynchronised);
        return builder.Build()!;
    }

    private static SectionReading Share(double user)
    {
        var builder = new SectionBuilder(CpuSection.Definition);
        builder.Set(CpuSection.UserRatio, user);
        return builder.Build()!;
    }

    private static SectionReading Memory(double? dirty, double? kills)
    {
        var builder = new SectionBuilder(MemorySection.Definition);
        builder.Set(MemorySection.DirtyBytes, dirty);
        builder.Set(MemorySection.OomKills, kills);
        return builder.Build()!;
    }
}
