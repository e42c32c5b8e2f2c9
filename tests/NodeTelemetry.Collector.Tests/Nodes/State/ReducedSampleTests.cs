using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.Repair;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.State;

/// <summary>A collector that receives reduced samples: what it shows, passes on and requests.</summary>
/// <remarks>The sender is the real encoder, with a full sample every ten and slow readings every five.</remarks>
public sealed class ReducedSampleTests : IDisposable
{
    private const int FullPeriod = 10;
    private const int SlowPeriod = 5;

    private readonly ManualTimeProvider _time = new();
    private readonly Snapshots.Recorder _recorder = new();
    private readonly NodeRegistry _registry;
    private readonly NodeRepairer _repairer;
    private readonly List<ControlMessage> _requests = [];
    private readonly SnapshotEncoder _encoder = new();
    private readonly SampleReference _reference = new();
    private readonly Dictionary<long, List<byte[]>> _sent = [];

    public ReducedSampleTests()
    {
        var metrics = new CollectorMetrics();
        _registry = Snapshots.Registry(10, _time, _recorder, metrics);
        _repairer = new NodeRepairer(
            _registry,
            (_, request) =>
            {
                _requests.Add(request);
                return true;
            },
            metrics,
            _time);
    }

    private NodeSnapshot Live => _registry.Statuses.Single().Readings;

    public void Dispose() => _encoder.Dispose();

    [Fact]
    public void Live_readings_and_listeners_get_complete_samples()
    {
        for (var tick = 0; tick < 25; tick++)
        {
            Receive(Send(tick));

            AssertComplete(tick, Live);
            if (tick % FullPeriod != 0)
            {
                AssertComplete(tick, _recorder.Accepted[^1].Snapshot);
            }
        }

        Assert.Empty(_requests);
    }

    [Fact]
    public void A_collector_that_has_just_started_requests_the_full_sample_at_once_and_has_everything_with_the_reply()
    {
        for (var tick = 0; tick < 6; tick++)
        {
            Send(tick);
        }

        Receive(Send(6));
        _repairer.Sweep(_time.GetTimestamp());

        var request = Assert.Single(_requests);
        Assert.Equal((ControlRequest.Range, (uint?)1, 0L, 0L), (request.Request, request.Run, request.From, request.To));
        Assert.Null(Live.Section(FilesystemsSection.Definition));

        Receive(InFull(0));
        AssertComplete(6, Live, slowTick: 0);
        Assert.Equal("Debian", _registry.Statuses.Single().About!.OperatingSystem);
        Assert.Equal([new("rack", "2")], _registry.Statuses.Single().Labels!);
        Receive(Send(7));
        AssertComplete(7, _recorder.Accepted[^1].Snapshot, slowTick: 0);

        Pass(TimeSpan.FromSeconds(20));
        Assert.Single(_requests, static one => one is { From: 0, To: 0 });
    }

    [Fact]
    public void The_request_is_repeated_less_and_less_often_until_another_full_sample_arrives()
    {
        Send(0);
        Receive(Send(1));
        Pass(TimeSpan.FromSeconds(12));
        Assert.Equal(6, _requests.Count(static one => one is { From: 0, To: 0 }));

        for (var tick = 2; tick <= FullPeriod; tick++)
        {
            Receive(Send(tick));
        }

        AssertComplete(FullPeriod, Live);
        _requests.Clear();
        Pass(TimeSpan.FromSeconds(12));
        Assert.DoesNotContain(_requests, static one => one.From == one.To);
    }

    [Fact]
    public void A_lost_full_sample_leaves_what_was_known_until_it_is_repaired()
    {
        for (var tick = 0; tick < FullPeriod; tick++)
        {
            Receive(Send(tick));
        }

        Send(FullPeriod);
        Receive(Send(FullPeriod + 1));
        Assert.Equal(Value(FullPeriod + 1, 0), Live.Section(DisksSection.Definition)![0][DisksSection.ReadBytes]);
        Assert.Equal("sda", Live.Section(DisksSection.Definition)![0].Name);
        Assert.NotNull(Live.Section(FilesystemsSection.Definition));

        // What is passed on has nothing but what has arrived.
        Assert.Null(_recorder.Accepted[^1].Snapshot.Section(FilesystemsSection.Definition));

        _repairer.Sweep(_time.GetTimestamp());
        Assert.Equal((FullPeriod, FullPeriod), (_requests[^1].From, _requests[^1].To));
        Receive(InFull(FullPeriod));
        AssertComplete(FullPeriod + 1, Live);
        Assert.All(_recorder.Accepted[^2..], static one => Assert.True(one.IsLate));
    }

    [Fact]
    public void A_lost_part_of_a_full_sample_is_a_lost_full_sample()
    {
        Receive(Send(0).Take(1));
        Receive(Send(1));
        _repairer.Sweep(_time.GetTimestamp());
        Assert.Equal((0, 0), (_requests[^1].From, _requests[^1].To));

        Receive(InFull(0));
        AssertComplete(1, Live);
    }

    [Fact]
    public void Reordered_samples_are_complete_and_change_nothing_that_is_newer()
    {
        Receive(Send(0));
        var first = Send(1);
        Receive(Send(2));
        Receive(first);

        AssertComplete(2, Live);
        AssertComplete(1, _recorder.Accepted[^1].Snapshot);
        Assert.Empty(_requests);
    }

    /// <summary>Loss, repetition and reordering by chance: whatever arrives after its full sample is right,
    /// but for slow readings, which may be older.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_is_lost_a_sample_with_its_full_one_is_right(int seed)
    {
        var random = new Random(seed);
        var delayed = new List<byte[]>();
        Receive(Send(0));
        _registry.States.Single().Probes.OnSent(_time.GetTimestamp());
        Receive(_sent[0]);
        Assert.True(_registry.Statuses.Single().AnswersProbes);
        for (var tick = 1; tick < 500; tick++)
        {
            foreach (var datagram in Send(tick))
            {
                switch (random.Next(10))
                {
                    case < 2:
                        break;
                    case 2:
                        delayed.Add(datagram);
                        break;
                    case 3:
                        Receive([datagram, datagram]);
                        break;
                    default:
                        Receive([datagram]);
                        break;
                }
            }

            if (random.Next(3) == 0)
            {
                Receive(delayed);
                delayed.Clear();
            }

            Pass(TimeSpan.FromSeconds(1));
            foreach (var request in _requests.Where(_ => random.Next(3) > 0).ToList())
            {
                for (var sequence = request.From; sequence <= request.To; sequence++)
                {
                    Receive(_sent.GetValueOrDefault(sequence) ?? []);
                }
            }

            _requests.Clear();
        }

        Assert.True(_recorder.Accepted.Count > 480);
        foreach (var accepted in _recorder.Accepted.Where(static one => one.Snapshot.Header!.Part is null))
        {
            var expected = Sample((int)accepted.Snapshot.Header!.Sequence);
            foreach (var section in accepted.Snapshot.Sections)
            {
                AssertFields(expected.Section(section.Definition)!, section, static field => !field.IsSlow);
            }
        }
    }

    [Fact]
    public void Samples_of_agents_of_earlier_versions_are_accepted_as_they_are()
    {
        Receive(InFull(0));
        Receive(InFull(1));
        AssertComplete(1, Live, slowTick: 1);
        Assert.Empty(_requests);
    }

    [Fact]
    public void A_new_run_needs_its_own_full_sample()
    {
        Receive(Send(0));
        var reduced = Snapshots.Of(3, run: 2);
        Receive([Encode(reduced with { Header = reduced.Header! with { FullSequence = 0 } })]);

        Assert.Null(Live.Section(FilesystemsSection.Definition));
        _repairer.Sweep(_time.GetTimestamp());
        Assert.Contains(_requests, static one => one is { Run: 2, From: 0, To: 0 });
    }

    /// <summary>Encodes a sample as an agent sends it.</summary>
    private List<byte[]> Send(int tick)
    {
        var snapshot = Sample(tick);
        if (tick % FullPeriod != 0
            && _encoder.TryEncodeReduced(snapshot with { About = null, Labels = null }, _reference, tick % SlowPeriod == 0 ? SampleReference.AllSlots : 0))
        {
            return _sent[tick] = [_encoder.Datagram(0).ToArray()];
        }

        _reference.Set(snapshot);
        return _sent[tick] = InFull(tick);
    }

    private static List<byte[]> InFull(int tick)
    {
        using var encoder = new SnapshotEncoder();
        var count = encoder.Encode(Sample(tick));
        return [.. Enumerable.Range(0, count).Select(index => encoder.Datagram(index).ToArray())];
    }

    private static byte[] Encode(NodeSnapshot snapshot)
    {
        using var encoder = new SnapshotEncoder();
        encoder.Encode(snapshot);
        return encoder.Datagram(0).ToArray();
    }

    private void Receive(IEnumerable<byte[]> datagrams)
    {
        foreach (var datagram in datagrams)
        {
            Assert.Equal(DecodeError.None, new SnapshotDecoder().Decode(datagram, out var snapshot));
            _registry.Apply(snapshot!, Snapshots.Source, _time.GetTimestamp());
        }
    }

    private void Pass(TimeSpan time)
    {
        for (var step = TimeSpan.Zero; step < time; step += TimeSpan.FromMilliseconds(50))
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            _repairer.Sweep(_time.GetTimestamp());
        }
    }

    private static void AssertComplete(int tick, NodeSnapshot actual, int? slowTick = null)
    {
        var expected = Sample(tick);
        var slow = Sample(slowTick ?? tick / SlowPeriod * SlowPeriod);
        Assert.Equal(
            expected.Sections.Select(section => section.Definition.Key),
            actual.Sections.Select(section => section.Definition.Key));
        foreach (var section in actual.Sections)
        {
            AssertFields(expected.Section(section.Definition)!, section, static field => !field.IsSlow);
            AssertFields(slow.Section(section.Definition)!, section, static field => field.IsSlow);
        }
    }

    private static void AssertFields(
        SectionReading expected, SectionReading actual, Func<FieldDefinition, bool> isCompared)
    {
        for (var entry = 0; entry < actual.EntryCount; entry++)
        {
            Assert.Equal(expected[entry].Name, actual[entry].Name);
            foreach (var field in actual.Definition.WireFields.Where(isCompared))
            {
                if (field.Kind == FieldKind.Text)
                {
                    Assert.True((actual[entry].Text(field) ?? expected[entry].Text(field)) == expected[entry].Text(field));
                }
                else if (actual[entry][field] is { } value)
                {
                    Assert.Equal(expected[entry][field], value);
                }
            }
        }
    }

    private static double Value(int tick, int entry) => 1e9 + (tick % 4 * 1000) + entry;

    /// <summary>Some readings change at every tick, some sometimes and back, some never; two datagrams in full.</summary>
    private static NodeSnapshot Sample(int tick)
    {
        var disks = new SectionBuilder(DisksSection.Definition);
        for (var entry = 0; entry < 12; entry++)
        {
            disks.Begin(entry == 0 ? "sda" : $"sd{(char)('a' + entry)}");
            disks.Set(DisksSection.ReadBytes, entry < 2 ? Value(tick, entry) : 5e9);
            disks.Set(DisksSection.Reads, 1e6 + (entry < 2 ? tick : 0));
            disks.Set(DisksSection.WrittenBytes, 7e9 + entry);
            disks.Set(DisksSection.InFlight, tick % 3 == 0 ? 1.0 : 0);
        }

        var memory = new SectionBuilder(MemorySection.Definition);
        memory.Set(MemorySection.DirtyBytes, 1024.0 * (tick % 7));
        memory.Set(MemorySection.OomKills, tick > 12 ? 1.0 : 0);
        var systems = new SectionBuilder(FilesystemsSection.Definition);
        for (var entry = 0; entry < 6; entry++)
        {
            systems.Begin($"/srv/data{entry}");
            systems.Set(FilesystemsSection.FsType, "ext4");
            systems.Set(FilesystemsSection.SizeBytes, 270553174016.0);
            systems.Set(FilesystemsSection.ReadOnly, tick is 3 or 13);
        }

        return Snapshots.Of(tick).WithLoad(Math.Round(0.01 * (tick % 100), 2), 0.25, 0.12)
            .With(disks.Build()!, memory.Build()!, systems.Build()!) with
        {
            About = new AboutReading { OperatingSystem = "Debian" },
            Labels = [new("rack", "2")],
        };
    }
}
