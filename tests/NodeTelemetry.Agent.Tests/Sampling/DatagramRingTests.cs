using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Sampling;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sampling;

public sealed class DatagramRingTests
{
    /// <summary>Samples of random length and number of parts: what is kept comes back byte for byte, always whole samples, and
    /// always the newest.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Keeps_the_newest_samples_whole(int seed)
    {
        var random = new Random(seed);
        var ring = new DatagramRing(20_000);
        var sent = new List<byte[][]>();
        for (var sequence = 0; sequence < 2_000; sequence++)
        {
            byte[][] parts = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new byte[random.Next(1, 1401)])];
            foreach (var part in parts)
            {
                random.NextBytes(part);
                ring.Add(sequence, part);
            }

            sent.Add(parts);
            var oldest = sent.FindIndex(kept => !ring.Get(sent.IndexOf(kept), 0).IsEmpty);
            Assert.True(sequence - oldest >= Math.Min(sequence, 2), $"Seed {seed}: only {sequence - oldest + 1} are kept.");
            for (var kept = Math.Max(0, sequence - 60); kept <= sequence; kept++)
            {
                for (var part = 0; part <= sent[kept].Length; part++)
                {
                    var isKept = kept >= oldest && part < sent[kept].Length;
                    Assert.Equal(isKept ? sent[kept][part] : [], ring.Get(kept, part).ToArray());
                }
            }
        }
    }

    [Fact]
    public void Holds_some_seven_minutes_of_two_datagrams_a_sample_by_default()
    {
        var options = new AgentOptions();
        var ring = new DatagramRing(options.RingBytes);
        for (var sequence = 0; sequence < 1000; sequence++)
        {
            ring.Add(sequence, new byte[1400]);
            ring.Add(sequence, new byte[1000]);
        }

        Assert.InRange(ring.Count / 2 * options.Interval.TotalMinutes, 6, 8);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void Keeps_nothing_where_there_is_no_room(int bytes)
    {
        var ring = new DatagramRing(bytes);
        ring.Add(0, new byte[1400]);

        Assert.Equal(0, ring.Count);
        Assert.True(ring.Get(0, 0).IsEmpty);
    }

    [Fact]
    public void Keeping_and_finding_allocate_nothing()
    {
        var ring = new DatagramRing(20_000);
        var datagram = new byte[700];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var sequence = 0; sequence < 1000; sequence++)
        {
            ring.Add(sequence, datagram);
            _ = ring.Get(sequence - 5, 0);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
