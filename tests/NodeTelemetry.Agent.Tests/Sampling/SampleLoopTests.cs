using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Run;
using NodeTelemetry.Agent.Sampling;
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
    private readonly DatagramRing _ring = new(16_384);
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
        _loop.Tick();

        Assert.Equal(_loop.NewestDatagram(0).ToArray(), _loop.KeptDatagram(1, 0).ToArray());
        Assert.True(_loop.KeptDatagram(2, 0).IsEmpty);
        Assert.Equal(2, _loop.NextSequence);
        using var decoded = System.Text.Json.JsonDocument.Parse(_loop.KeptDatagram(0, 0));
        Assert.Equal(0, decoded.RootElement.GetProperty("seq").GetInt64());
    }

    private SampleLoop Loop(KernelRoots roots, SendDatagram send) => AgentSetup.CreateLoop(
        new AgentOptions { Roots = roots },
        Snapshots.Source(TimeSpan.FromSeconds(2)),
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
