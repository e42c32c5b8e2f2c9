using System.Text;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Protocol.Tests;

public sealed class SnapshotEncoderTests
{
    [Fact]
    public void A_sample_that_fits_is_one_datagram_without_part()
    {
        using var encoder = new SnapshotEncoder();

        Assert.Equal(1, encoder.Encode(Samples.Full(cores: 4)));
        Assert.DoesNotContain("\"part\"", Encoding.UTF8.GetString(encoder.Datagram(0).Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_sample_becomes_parts_that_each_decode_and_together_have_everything()
    {
        using var encoder = new SnapshotEncoder();
        var decoder = new SnapshotDecoder();
        var sample = Samples.Large();

        var count = encoder.Encode(sample);

        Assert.InRange(count, 2, WireLimits.PartCountMax);
        var parts = new List<NodeSnapshot>();
        for (var index = 0; index < count; index++)
        {
            Assert.InRange(encoder.Datagram(index).Length, 1, WireLimits.DatagramBytesMax);
            Assert.Equal(DecodeError.None, decoder.Decode(encoder.Datagram(index).Span, out var part));
            Assert.Equal(new PartNumber(index, count), part!.Header!.Part);
            Assert.Equal(sample.Header! with { Part = part.Header.Part }, part.Header);
            parts.Add(part);
        }

        foreach (var section in sample.Sections)
        {
            var arrived = Assert.Single(parts, part => part.Section(section.Definition) is not null);
            Assert.Equal(section.EntryCount, arrived.Section(section.Definition)!.EntryCount);
            Assert.All(section.Definition.Fields, field => Assert.Equal(section[field], arrived[field]));
        }

        Assert.Equal(sample.About!.Board, Assert.Single(parts, part => part.About is not null).About!.Board);
        Assert.Equal(sample.Labels!, Assert.Single(parts, part => part.Labels is not null).Labels!);
        Assert.Equal(0, encoder.SectionsDropped);
    }

    [Fact]
    public void A_section_longer_than_a_datagram_is_left_out_and_counted()
    {
        using var encoder = new SnapshotEncoder();
        var sample = Samples.Full(cores: 4) with
        {
            Labels =
                [.. Enumerable.Range(0, 40).Select(index => KeyValuePair.Create($"label{index}", new string('x', 64)))],
        };

        var count = encoder.Encode(sample);

        Assert.Equal(1, encoder.SectionsDropped);
        for (var index = 0; index < count; index++)
        {
            Assert.InRange(encoder.Datagram(index).Length, 1, WireLimits.DatagramBytesMax);
        }
    }

    [Theory]
    [InlineData(0.122, "0.122")]
    [InlineData(0.3, "0.3")]
    [InlineData(0.1 + 0.2, "0.3")]
    [InlineData(1, "1")]
    [InlineData(0, "0")]
    [InlineData(1e-9, "0")]
    [InlineData(0.99995, "1")]
    public void Shares_are_written_with_as_few_digits_as_they_need(double usage, string expected)
    {
        using var encoder = new SnapshotEncoder();
        encoder.Encode(new NodeSnapshot { Hostname = "n" }.With((CpuSummarySection.UsageRatio, usage)));

        Assert.Equal(
            $$"""{"hostname":"n","cpuusage":{{expected}}}""", Encoding.UTF8.GetString(encoder.Datagram(0).Span));
    }

    [Fact]
    public void Encoding_allocates_nothing_once_its_buffers_have_grown()
    {
        using var encoder = new SnapshotEncoder();
        NodeSnapshot[] samples = [Samples.Full(cores: 4), Samples.Large()];
        for (var warmUp = 0; warmUp < 50; warmUp++)
        {
            Array.ForEach(samples, sample => encoder.Encode(sample));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var sample in samples)
        {
            encoder.Encode(sample);
            encoder.Datagram(0);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
