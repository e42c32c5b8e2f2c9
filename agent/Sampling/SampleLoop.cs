using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Sampling;

/// <summary>Takes a sample at every tick, encodes it and sends its datagrams.</summary>
internal sealed partial class SampleLoop : IDisposable
{
    private readonly SampleSource _source;
    private readonly SamplerRunner _samplers;
    private readonly ISampler _about;
    private readonly SamplerState _aboutState;
    private readonly SendDatagram _send;
    private readonly DatagramRing _ring;
    private readonly TimeProvider _time;
    private readonly AgentMetrics _metrics;
    private readonly ILogger _logger;
    private readonly SnapshotBuilder _builder = new();
    private readonly SnapshotEncoder _encoder;
    private readonly SampleReference _full = new();
    private readonly LogThrottle _dropThrottle;
    private readonly Ticker _ticker;
    private long _sequence;
    private long? _aboutTaken;
    private long _fullSent;
    private long _slot;
    private AboutReading? _newestAbout;
    private long _sectionsDropped;
    private int _datagramCount;

    /// <summary>Initializes a new instance of the <see cref="SampleLoop"/> class.</summary>
    /// <param name="source">The part that is the same in all samples.</param>
    /// <param name="samplers">The samplers that run at every tick.</param>
    /// <param name="about">The sampler that runs at the first tick and every <see cref="WireLimits.AboutPeriod"/>.
    /// </param>
    /// <param name="send">Sends a datagram.</param>
    /// <param name="ring">Keeps sent datagrams for repair requests.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="logger">The log.</param>
    /// <param name="sequence">The number of the first sample:
    /// more than 0 if a run continues with another configuration.</param>
    public SampleLoop(
        SampleSource source,
        SamplerRunner samplers,
        ISampler about,
        SendDatagram send,
        DatagramRing ring,
        TimeProvider time,
        AgentMetrics metrics,
        ILogger logger,
        long sequence = 0)
    {
        _source = source;
        _samplers = samplers;
        _about = about;
        _aboutState = new SamplerState(about, time);
        _send = send;
        _ring = ring;
        _encoder = new SnapshotEncoder(source.Key);
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _sequence = sequence;
        _dropThrottle = new LogThrottle(time);
        _ticker = new Ticker(source.Interval, time, metrics);
    }

    /// <summary>Gets the number that the next sample will have.</summary>
    public long NextSequence => _sequence;

    /// <summary>Gets the newest sample; <see langword="null"/> before the first.</summary>
    public NodeSnapshot? Newest { get; private set; }

    /// <summary>Gets the state of each sampler.</summary>
    public IEnumerable<SamplerState> Samplers => [.. _samplers.Samplers, _aboutState];

    /// <summary>Takes and sends a sample immediately and at every tick, until <paramref name="wait"/> returns
    /// <see langword="true"/>.</summary>
    /// <param name="wait">Waits for a time, or until the agent is to stop; returns whether it is to stop.</param>
    public void Run(Func<TimeSpan, bool> wait) => _ticker.Run(Tick, wait);

    /// <summary>Takes one sample and sends it: with the description of the node at the first tick and every
    /// <see cref="WireLimits.AboutPeriod"/>, and between them only what has changed, if samples are reduced.</summary>
    public void Tick()
    {
        var now = _time.GetTimestamp();
        var isWithAbout = _aboutTaken is not { } taken || _time.GetElapsedTime(taken, now) >= WireLimits.AboutPeriod;
        var snapshot = TakeSample(isWithAbout);
        if (isWithAbout)
        {
            (_newestAbout, _aboutTaken) = (snapshot.About, now);
        }

        var isReduced = _source.IsReducing && !isWithAbout && TryReduce(snapshot, now);
        if (_source.IsReducing && !isWithAbout && !isReduced)
        {
            // Something has disappeared, for example, which only a full sample expresses.
            snapshot = snapshot with { About = _newestAbout, Labels = _source.Labels };
        }

        Newest = snapshot;
        _metrics.AddSample();
        if (!isReduced)
        {
            Encode(snapshot);
        }

        if (_source.IsReducing && !isReduced)
        {
            _full.Set(snapshot);
            (_fullSent, _slot) = (now, 0);
        }

        Send(snapshot.Header!.Sequence, isForRaspiCluster: true);
    }

    /// <summary>Sends the goodbye.</summary>
    /// <param name="bye">The reason, and when the node is expected back.</param>
    public void SayGoodbye(ByeReading bye)
    {
        var snapshot = new NodeSnapshot
        {
            Hostname = _source.Hostname,
            Header = CreateHeader(uptimeSeconds: null),
            Bye = bye,
        };
        Encode(snapshot);

        // raspi-cluster clients do not support goodbyes and would show zeros.
        Send(snapshot.Header.Sequence, isForRaspiCluster: false);
    }

    /// <summary>Takes one sample without sending it.</summary>
    /// <param name="isWithAbout">Whether to include the values that rarely change.</param>
    public NodeSnapshot TakeSample(bool isWithAbout)
    {
        _builder.Reset();
        _samplers.Run(_builder);
        if (isWithAbout)
        {
            _samplers.RunOne(_aboutState, _builder);
        }

        return _builder.Build(
            _source.Hostname, CreateHeader(_builder.UptimeSeconds), isWithAbout ? _source.Labels : null);
    }

    /// <summary>Gets a datagram that was sent before; empty if it is no longer buffered.</summary>
    /// <param name="sequence">The number of its sample.</param>
    /// <param name="part">Its number within the sample, from 0.</param>
    public ReadOnlyMemory<byte> KeptDatagram(long sequence, int part) => _ring.Get(sequence, part);

    /// <summary>Gets a datagram of the last sample as it was sent; empty beyond its last one.</summary>
    /// <param name="index">Its number, from 0.</param>
    public ReadOnlyMemory<byte> NewestDatagram(int index) =>
        index < _datagramCount ? _encoder.Datagram(index) : default;

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        (_about as IDisposable)?.Dispose();
        foreach (var state in _samplers.Samplers)
        {
            (state.Sampler as IDisposable)?.Dispose();
        }
    }

    /// <summary>Encodes what differs from the last full sample.</summary>
    /// <returns><see langword="false"/> if the sample must be sent in full.</returns>
    private bool TryReduce(NodeSnapshot snapshot, long now)
    {
        // A collector that lacks the full sample requests it.
        if (_full.Sequence is not { } full || _ring.Get(full, 0).IsEmpty)
        {
            return false;
        }

        // Ticks are not exact: half an interval early is in time.
        var before = _slot;
        _slot = SampleReference.GetSlot(_time.GetElapsedTime(_fullSent, now) + (_source.Interval / 2));
        _datagramCount = 1;
        return _encoder.TryEncodeReduced(snapshot, _full, SampleReference.GetSlots(before, _slot));
    }

    /// <summary>Encodes a sample in full.</summary>
    private void Encode(NodeSnapshot snapshot)
    {
        _datagramCount = _encoder.Encode(snapshot);
        var dropped = _encoder.SectionsDropped - _sectionsDropped;
        _sectionsDropped = _encoder.SectionsDropped;
        if (dropped > 0)
        {
            _metrics.AddSectionsDropped(dropped);
            if (_dropThrottle.TryPass(out var suppressed))
            {
                Log.SectionDropped(_logger, dropped, WireLimits.DatagramBytesMax, WireLimits.PartCountMax, suppressed);
            }
        }
    }

    private void Send(long sequence, bool isForRaspiCluster)
    {
        for (var index = 0; index < _datagramCount; index++)
        {
            // raspi-cluster clients do not support parts. The first one has all the fields that they support.
            var datagram = _encoder.Datagram(index).Span;
            _ring.Add(sequence, datagram);
            _send(datagram, isForRaspiCluster && index == 0);
        }
    }

    private SampleHeader CreateHeader(long? uptimeSeconds) => new()
    {
        Node = _source.Node,
        Boot = _source.Boot,
        Run = _source.Run,
        Sequence = _sequence++,
        TimeMilliseconds = Math.Clamp(_time.GetUtcNow().ToUnixTimeMilliseconds(), 0, ReadingRanges.TimeMillisecondsMax),
        IntervalMilliseconds = (int)_source.Interval.TotalMilliseconds,
        UptimeSeconds = uptimeSeconds,
    };
}
