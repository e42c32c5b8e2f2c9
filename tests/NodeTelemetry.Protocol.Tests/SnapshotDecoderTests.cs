using System.Text;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Protocol.Tests;

public sealed class SnapshotDecoderTests
{
    /// <summary>A snapshot of four cores without about, as most datagrams are.</summary>
    private const int AcceptedBytesMax = 1024;

    [Fact]
    public void Refusing_a_datagram_allocates_nothing()
    {
        var decoder = new SnapshotDecoder();
        foreach (var path in Directory.GetFiles(RepositoryRoot.Fixture("datagrams", "invalid")))
        {
            var bytes = File.ReadAllBytes(path);
            if (HasTexts(bytes))
            {
                continue;
            }

            for (var warmUp = 0; warmUp < 3; warmUp++)
            {
                decoder.Decode(bytes, out _);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            decoder.Decode(bytes, out _);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.True(allocated == 0, $"{Path.GetFileName(path)} allocated {allocated} bytes.");
        }

        // Texts that stand before the fault are made when they are met; the decoder's remarks say so.
        static bool HasTexts(ReadOnlySpan<byte> bytes) =>
            bytes.IndexOf("\"about\""u8) >= 0 || bytes.IndexOf("\"labels\""u8) >= 0 || bytes.IndexOf("\"bye\""u8) >= 0;
    }

    [Fact]
    public void An_accepted_datagram_stays_within_its_budget()
    {
        var decoder = new SnapshotDecoder();
        using var encoder = new SnapshotEncoder();
        encoder.Encode(Samples.Full(cores: 4) with { About = null, Labels = null });
        var bytes = encoder.Datagram(0).ToArray();
        for (var warmUp = 0; warmUp < 3; warmUp++)
        {
            decoder.Decode(bytes, out _);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        decoder.Decode(bytes, out _);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        TestContext.Current.SendDiagnosticMessage("An accepted datagram allocates {0} bytes.", allocated);
        Assert.InRange(allocated, 1, AcceptedBytesMax);
    }

    [Fact]
    public void Recurring_names_are_the_same_string()
    {
        var decoder = new SnapshotDecoder();
        var bytes = File.ReadAllBytes(RepositoryRoot.Fixture("datagrams", "valid", "full.json"));
        decoder.Decode(bytes, out var first);
        decoder.Decode(bytes, out var second);

        Assert.Same(first!.Hostname, second!.Hostname);
        Assert.Same(first.Header!.Node, second.Header!.Node);
    }

    [Fact]
    public void A_refused_datagram_leaves_nothing_behind_for_the_next()
    {
        var decoder = new SnapshotDecoder();
        decoder.Decode("""{"hostname":"a","cputemp":50,"labels":{"x":"y"},"loadavg":[1]}"""u8, out _);

        Assert.Equal(DecodeError.None, decoder.Decode("""{"hostname":"b"}"""u8, out var snapshot));
        Assert.Empty(snapshot!.Sections);
        Assert.Null(snapshot.Labels);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    public void Random_bytes_are_refused_without_throwing(int seed)
    {
        var random = new Random(seed);
        var decoder = new SnapshotDecoder();
        var buffer = new byte[600];
        for (var round = 0; round < 20_000; round++)
        {
            var length = random.Next(buffer.Length);
            random.NextBytes(buffer.AsSpan(0, length));
            Assert.NotEqual(DecodeError.None, decoder.Decode(buffer.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void Whatever_the_encoder_writes_is_decoded_to_the_same()
    {
        var decoder = new SnapshotDecoder();
        using var encoder = new SnapshotEncoder();
        var sample = Samples.Full(cores: 4);
        encoder.Encode(sample);

        Assert.Equal(DecodeError.None, decoder.Decode(encoder.Datagram(0).Span, out var snapshot));
        Assert.Equal(sample.Header, snapshot!.Header);
        Assert.All(ReadingCatalog.Scalars, field => Assert.Equal(sample[field], snapshot[field]));
        Assert.Equal(sample.Cores(), snapshot.Cores());
        Assert.Equal(sample.About! with { Addresses = null }, snapshot.About! with { Addresses = null });
        Assert.Equal(Encoding.UTF8.GetByteCount(sample.Hostname), snapshot.Hostname.Length);
        Assert.IsType<NodeSnapshot>(snapshot);
    }
}
