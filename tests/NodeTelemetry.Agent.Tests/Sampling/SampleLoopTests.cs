using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Run;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sampling;

public sealed class SampleLoopTests : IDisposable
{
    /// <summary>What one tick may allocate: the snapshot's graph with four cores and a handful of devices, without
    /// about.</summary>
    private const int TickBytesMax = 8 * 1024;

    private readonly FixtureHost _host = new("rpi4-bookworm");
    private readonly ManualTimeProvider _time = new();
    private readonly List<NodeSnapshot> _sent = [];
    private readonly List<NodeSnapshot> _parts = [];
    private readonly List<bool> _isForRaspiCluster = [];
    private readonly DatagramRing _ring = new(128 * 1024);
    private readonly SampleLoop _loop;

    public SampleLoopTests() => _loop = Loop(_host.Roots(), Keep);

    public void Dispose()
    {
        _loop.Dispose();
        _host.Dispose();
    }

    [Fact]
    public void Samples_count_from_zero_and_the_first_has_no_usage()
    {
        Run(ticks: 3);

        Assert.Equal([0, 1, 2], _sent.Select(snapshot => snapshot.Header!.Sequence));
        Assert.Equal([false, true, false], _sent.Select(snapshot => snapshot[CpuSummarySection.UsageRatio] is not null));
        Assert.All(_sent, snapshot => Assert.Equal(2000, snapshot.Header!.IntervalMilliseconds));
        Assert.All(_isForRaspiCluster, Assert.True);
    }

    [Fact]
    public void About_and_labels_come_first_and_every_half_minute()
    {
        Run(ticks: 32);

        Assert.Equal(
            [0, 15, 30], _parts.Where(snapshot => snapshot.About is not null)
                .Select(snapshot => snapshot.Header!.Sequence));
        Assert.Equal(
            [0, 15, 30], _parts.Where(snapshot => snapshot.Labels is not null)
                .Select(snapshot => snapshot.Header!.Sequence));
    }

    [Fact]
    public void A_goodbye_has_its_own_number_and_no_readings_and_is_not_for_raspi_cluster()
    {
        Run(ticks: 2);
        _loop.SayGoodbye(new ByeReading("stop", BackSeconds: 7));

        var last = _sent[^1];
        Assert.Equal(new ByeReading("stop", BackSeconds: 7), last.Bye);
        Assert.Equal(2, last.Header!.Sequence);
        Assert.Null(last.Section(CpuSummarySection.Definition));
        Assert.Null(last.Section(MeminfoSection.Definition));
        Assert.False(_isForRaspiCluster[^1]);
    }

    [Fact]
    public void A_tick_allocates_no_more_than_its_snapshot()
    {
        using var loop = Loop(_host.Roots(), static (_, _) => { });
        var allocated = Allocation.Of(loop.Tick);

        TestContext.Current.SendDiagnosticMessage("A tick allocates {0} bytes.", allocated);
        Assert.InRange(allocated, 1, TickBytesMax);
    }

    [Fact]
    public void A_clock_before_the_epoch_is_sent_as_its_start()
    {
        _time.StepWallClock(-TimeSpan.FromDays(365 * 60));
        _loop.Tick();

        Assert.Equal(0, Assert.Single(_sent).Header!.TimeMilliseconds);
    }

    [Fact]
    public void What_was_sent_is_kept_byte_for_byte()
    {
        _loop.Tick();
        Assert.Equal(_loop.NewestDatagram(1).ToArray(), _loop.KeptDatagram(0, 1).ToArray());
        _loop.Tick();

        Assert.Equal(_loop.NewestDatagram(0).ToArray(), _loop.KeptDatagram(1, 0).ToArray());
        Assert.True(_loop.NewestDatagram(1).IsEmpty);
        Assert.True(_loop.KeptDatagram(2, 0).IsEmpty);
        Assert.Equal(2, _loop.NextSequence);
        using var decoded = System.Text.Json.JsonDocument.Parse(_loop.KeptDatagram(0, 0));
        Assert.Equal(0, decoded.RootElement.GetProperty("seq").GetInt64());
    }

    [Fact]
    public void Samples_in_between_are_one_datagram_with_what_has_changed()
    {
        Run(ticks: 16);

        Assert.Equal(
            [null, .. Enumerable.Repeat<long?>(0, 14), null],
            _sent.Select(snapshot => snapshot.Header!.FullSequence));
        Assert.All(_sent[1..15], snapshot => Assert.Null(snapshot.Header!.Part));
        Assert.All(_sent, snapshot => Assert.NotNull(snapshot[MeminfoSection.TotalBytes]));
        Assert.All(_sent[1..15], snapshot => Assert.Null(snapshot.Section(FilesystemsSection.Definition)));

        // The second state of the host, with each section's slow readings every ten seconds.
        Assert.NotNull(_sent[1][CpuSection.UserRatio]);
        Assert.Equal(
            [2, 7, 12],
            _sent.Where(snapshot => snapshot.Header!.FullSequence is not null && snapshot[CpuSection.UserSeconds] is not null)
                .Select(snapshot => snapshot.Header!.Sequence));
    }

    [Fact]
    public void Samples_that_are_not_reduced_have_everything_but_the_description()
    {
        using var loop = Loop(_host.Roots(), Keep, Snapshots.Source(TimeSpan.FromSeconds(2)) with { IsReducing = false });
        for (var tick = 0; tick < 17; tick++)
        {
            loop.Tick();
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.All(_parts, static snapshot => Assert.Null(snapshot.Header!.FullSequence));
        Assert.Equal(
            [0, 15], _parts.Where(static snapshot => snapshot.About is not null).Select(static snapshot => snapshot.Header!.Sequence));
        Assert.All(_sent, static snapshot => Assert.NotNull(snapshot[MeminfoSection.TotalBytes]));
    }

    [Fact]
    public void What_has_disappeared_comes_with_a_full_sample_and_its_about_and_labels()
    {
        Run(ticks: 3);
        _host.Write("proc/diskstats", ""u8);
        _loop.Tick();
        Assert.Null(_sent[^1].Header!.FullSequence);
        Assert.NotNull(_parts[^1].About);
        Assert.NotNull(_parts[^1].Labels);

        _loop.Tick();
        Assert.Equal(3, _sent[^1].Header!.FullSequence);
    }

    [Fact]
    public void Without_a_ring_that_keeps_the_full_sample_every_sample_is_full()
    {
        var datagrams = 0;
        using var loop = AgentSetup.CreateLoop(
            new AgentOptions { Roots = _host.Roots() },
            Snapshots.Source(TimeSpan.FromSeconds(2)),
            "arch",
            (_, _) => datagrams++,
            new DatagramRing(0),
            _time,
            new AgentMetrics(),
            NullLogger.Instance);
        loop.Tick();
        loop.Tick();

        Assert.Equal(6, datagrams);
    }

    /// <summary>A board that works all the time: its shares and temperatures change at every tick, and so do the
    /// counters of one disk, of its interfaces and containers, and all slow readings. Errors and sizes stay.</summary>
    [Theory]
    [InlineData("rpizero2w-bookworm", 800)]
    [InlineData("rpi3-bullseye", 900)]
    [InlineData("rpi4-bookworm", 900)]
    [InlineData("rpi5-bookworm", 1100)]
    public void A_busy_board_sends_one_small_datagram_on_most_ticks(string name, int bytesMax)
    {
        using var host = new FixtureHost(name);
        using var loop = Loop(host.Roots(), static (_, _) => { });
        _ = loop.TakeSample(isWithAbout: false);
        host.Advance();
        _time.Advance(TimeSpan.FromSeconds(2));
        var start = loop.TakeSample(isWithAbout: true);

        using var encoder = new SnapshotEncoder();
        var full = new SampleReference();
        var (bytes, datagrams) = (0, 0);
        for (var tick = 0; tick < 30; tick++)
        {
            var snapshot = Move(start, tick);
            if (tick > 0 && encoder.TryEncodeReduced(
                snapshot with { About = null, Labels = null }, full, SampleReference.GetSlots(tick - 1, tick)))
            {
                bytes += encoder.Datagram(0).Length;
                datagrams++;
                continue;
            }

            full.Set(snapshot);
            var count = encoder.Encode(snapshot);
            datagrams += count;
            bytes += Enumerable.Range(0, count).Sum(index => encoder.Datagram(index).Length);
        }

        TestContext.Current.SendDiagnosticMessage("{0}: {1} bytes a tick in {2} datagrams.", name, bytes / 30, datagrams);
        Assert.InRange(bytes / 30, 1, bytesMax);
        Assert.InRange(datagrams, 30, 32);
    }

    private static NodeSnapshot Move(NodeSnapshot snapshot, int tick) => snapshot with
    {
        Header = snapshot.Header! with { Sequence = tick },
        Sections = [.. snapshot.Sections.Select(section => Move(section, tick))],
    };

    private static SectionReading Move(SectionReading section, int tick)
    {
        var builder = new SectionBuilder(section.Definition);
        for (var entry = 0; entry < section.EntryCount; entry++)
        {
            builder.Begin(section.Definition.HasNamedEntries ? section[entry].Name : null);
            foreach (var field in section.Definition.WireFields)
            {
                if (field.Kind == FieldKind.Text)
                {
                    builder.Set(field, section[entry].Text(field));
                }
                else if (section[entry][field] is { } value)
                {
                    builder.Set(field, value != 0 && IsMoving(field, entry)
                        ? field.Max <= 1 ? value * (1 - (tick * 0.001)) : value + (tick * 3)
                        : value);
                }
            }
        }

        return builder.Build()!;
    }

    private static bool IsMoving(FieldDefinition field, int entry) =>
        field.Section == DisksSection.Definition ? entry == 0 && field.Kind == FieldKind.Counter
        : field.Section == NetworkSection.Definition
            ? field == NetworkSection.ReceivedBytes || field == NetworkSection.SentBytes || field.IsSlow
        : field.IsSlow || field.Section == ContainersSection.Definition || field == TemperaturesSection.Celsius
            || (field.Section == CpuSection.Definition && field.Unit == ReadingUnit.Ratio);

    private SampleLoop Loop(KernelRoots roots, SendDatagram send, SampleSource? source = null) => AgentSetup.CreateLoop(
        new AgentOptions { Roots = roots },
        source ?? Snapshots.Source(TimeSpan.FromSeconds(2)),
        "arch",
        send,
        _ring,
        _time,
        new AgentMetrics(),
        NullLogger.Instance);

    private void Run(int ticks) => _loop.Run(wait =>
    {
        _time.Advance(wait);
        if (_sent.Count == 1)
        {
            _host.Advance();
        }

        return _sent.Count == ticks;
    });

    private void Keep(ReadOnlySpan<byte> datagram, bool isForRaspiCluster)
    {
        Assert.Equal(DecodeError.None, new SnapshotDecoder().Decode(datagram, out var snapshot));
        _parts.Add(snapshot!);
        if (snapshot!.Header!.Part is null or { Index: 0 })
        {
            _sent.Add(snapshot);
            _isForRaspiCluster.Add(isForRaspiCluster);
        }
    }
}
