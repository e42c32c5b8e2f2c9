using System.Globalization;
using System.Text;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Protocol.Tests;

/// <summary>The reader of one pass against the general one, which reads every datagram that begins with a space.</summary>
public sealed class CompactReaderTests
{
    private readonly SnapshotDecoder _decoder = new();
    private readonly SnapshotDecoder _general = new(WireLimits.ReceivedBytesMax + 1);

    [Fact]
    public void Reads_what_the_agent_sends()
    {
        using var encoder = new SnapshotEncoder();
        var parts = encoder.Encode(Samples.Full(cores: 32) with { About = null, Labels = null });
        for (var part = 0; part < parts; part++)
        {
            Assert.True(IsCompact(encoder.Datagram(part).Span), Encoding.UTF8.GetString(encoder.Datagram(part).Span));
            AssertSame(encoder.Datagram(part).ToArray());
        }
    }

    [Fact]
    public void Reads_reduced_samples()
    {
        using var encoder = new SnapshotEncoder();
        var full = new SampleReference();
        var sample = Samples.Full(cores: 4) with { About = null, Labels = null };
        full.Set(sample);
        Assert.True(encoder.TryEncodeReduced(
            sample with { Header = sample.Header! with { Sequence = 18 } }, full, SampleReference.AllSlots));

        Assert.True(IsCompact(encoder.Datagram(0).Span));
        AssertSame(encoder.Datagram(0).ToArray());
    }

    [Theory]
    [InlineData("about", """ "about":{"board":"x"}""")]
    [InlineData("spaces", """ "cputemp": 48""")]
    [InlineData("an escape", """ "sig":"\u0041" """)]
    [InlineData("an exponent", """ "cputemp":4e1""")]
    [InlineData("an unknown key", """ "unknown":1""")]
    [InlineData("another order", """ "seq":1,"v":1""")]
    public void Leaves_the_rest_to_the_general_reader(string what, string member)
    {
        var datagram = Encoding.UTF8.GetBytes($$"""{"hostname":"pi",{{member[1..]}}}""");

        Assert.False(IsCompact(datagram), what);
        AssertSame(datagram);
    }

    [Fact]
    public void Reads_every_fixture_as_the_general_reader_does()
    {
        foreach (var file in Fixtures())
        {
            AssertSame(File.ReadAllBytes(file));
        }
    }

    /// <summary>Fixtures are damaged at random: both readers find the same fault, or the same values.</summary>
    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void Reads_damaged_datagrams_as_the_general_reader_does(int seed)
    {
        var random = new Random(seed);
        var samples = Fixtures().Select(File.ReadAllBytes).Where(static bytes => bytes.Length > 1).ToArray();
        var pieces = new[] { "0", "-", ".", "e", ",", "\"", "{}", "[]", "1e400", "00", "99999999999999999999", "null", "é", "\\" };
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = samples[random.Next(samples.Length)].ToList();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var place = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[place] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes.InsertRange(place, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
                        break;
                    case 2:
                        bytes.RemoveRange(place, Math.Min(bytes.Count - place - 1, random.Next(1, 30)));
                        break;
                    default:
                        bytes.InsertRange(place, bytes.Slice(random.Next(bytes.Count / 2), random.Next(bytes.Count / 2)));
                        break;
                }
            }

            AssertSame([.. bytes]);
        }
    }

    [Fact]
    public void Reads_numbers_exactly()
    {
        var random = new Random(23);
        for (var round = 0; round < 20_000; round++)
        {
            var whole = random.NextInt64((long)Math.Pow(10, random.Next(1, 12))).ToString(CultureInfo.InvariantCulture);
            var decimals = random.Next(20);
            var text = decimals == 0 ? whole : $"{whole}.{string.Concat(Enumerable.Range(0, decimals).Select(_ => random.Next(10)))}";
            var datagram = Encoding.UTF8.GetBytes($$$"""{"hostname":"pi","loadavg":[0,0,0],"meminfo":{"MemTotal":{{{text}}}}}""");

            Assert.True(IsCompact(datagram), text);
            _decoder.Decode(datagram, out var snapshot);
            Assert.Equal(
                double.Parse(text, CultureInfo.InvariantCulture) * 1024,
                snapshot!.Section(MeminfoSection.Definition)![MeminfoSection.Definition.WireFields[0]]);
        }
    }

    private static IEnumerable<string> Fixtures() =>
        Directory.GetFiles(RepositoryRoot.Fixture("datagrams"), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static bool IsCompact(ReadOnlySpan<byte> datagram)
    {
        var texts = new TextCache();
        var draft = default(SnapshotDraft);
        return new CompactReader(texts, new SectionReader(texts)).TryRead(datagram, ref draft);
    }

    private void AssertSame(byte[] datagram)
    {
        var expected = _general.Decode([(byte)' ', .. datagram], out var general);
        var actual = _decoder.Decode(datagram, out var snapshot);

        // The empty datagram is not one of a space only.
        if (datagram.Length > 0)
        {
            Assert.True(expected == actual, $"{actual} instead of {expected}: {Encoding.UTF8.GetString(datagram)}");
            Assert.Equal(Text(general), Text(snapshot));
        }
    }

    private static string? Text(NodeSnapshot? snapshot)
    {
        if (snapshot is null)
        {
            return null;
        }

        using var encoder = new SnapshotEncoder();
        var parts = encoder.Encode(snapshot);
        return string.Join('\n', Enumerable.Range(0, parts).Select(part => Encoding.UTF8.GetString(encoder.Datagram(part).Span)));
    }
}
