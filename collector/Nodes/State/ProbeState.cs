using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>The probing of one node. Written by the ingest loop only.</summary>
internal sealed class ProbeState(TimeProvider time)
{
    /// <summary>A reply crosses any link in less; anything later is a replay or another sample.</summary>
    private static readonly TimeSpan ReplyTimeMax = TimeSpan.FromSeconds(1);

    /// <summary>Consecutive samples that came only as probe replies, after which every sample is polled.</summary>
    private const int PollAfter = 3;

    /// <summary>The same count after which multicast counts as lost.</summary>
    /// <remarks>With a third of it lost, as on bad Wi-Fi, that happens once in 60 000 samples.</remarks>
    private const int MulticastLostAfter = 10;

    /// <summary>Consecutive unsolicited samples after which multicast counts as restored.</summary>
    private const int MulticastRestoredAfter = 3;

    /// <summary>How long the link counts as unsteady after a sample that came only as a probe reply.</summary>
    private static readonly TimeSpan UnsteadyTime = TimeSpan.FromMinutes(10);

    private int _recoveriesInRow;
    private long? _recoveredTimestamp;
    private long _sampleTimestamp;
    private int _unsolicitedInRow;
    private bool _isWireless;
    private bool _isReplyExpected;
    private long _sentTimestamp;

    /// <summary>Gets or sets the number of probes sent in the current silence.</summary>
    public int SentInSilence { get; set; }

    /// <summary>Gets or sets the part of a slot by which the next probe is delayed.</summary>
    public double Jitter { get; set; }

    /// <summary>Gets or sets the time between two probes that verify whether the node replies at all.</summary>
    public TimeSpan CheckPeriod { get; set; }

    /// <summary>Gets a value indicating whether every sample must be polled, because none comes unsolicited.</summary>
    public bool MustPoll => _recoveriesInRow >= PollAfter;

    /// <summary>Gets a value indicating whether the node replies to probes but its multicast does not arrive.</summary>
    public bool IsMulticastLost { get; private set; }

    /// <summary>Determines whether datagrams of the node may get lost: it is on Wi-Fi,
    /// or a sample was lost recently.</summary>
    public bool IsUnsteady(NodeSnapshot readings, long now)
    {
        _isWireless = _isWireless || HasWifiSignal(readings);
        return _isWireless || (_recoveredTimestamp is { } rescued && time.GetElapsedTime(rescued, now) < UnsteadyTime);
    }

    /// <summary>Restores the mode of an earlier process.</summary>
    public void Restore(bool isMulticastLost)
    {
        IsMulticastLost = isMulticastLost;
        _recoveriesInRow = isMulticastLost ? MulticastLostAfter : 0;
    }

    /// <summary>Records the arrival of a new sample.</summary>
    public void OnSample(long now) => _sampleTimestamp = now;

    /// <summary>Gets the time since the newest sample first arrived.</summary>
    public TimeSpan SinceSample(long now) => time.GetElapsedTime(_sampleTimestamp, now);

    /// <summary>Records a sample that came only as a probe reply.</summary>
    public void OnProbeRecovered(long now)
    {
        _recoveredTimestamp = now;
        _unsolicitedInRow = 0;
        IsMulticastLost |= ++_recoveriesInRow >= MulticastLostAfter;
    }

    /// <summary>Records a sample that came unsolicited.</summary>
    public void OnUnsolicited()
    {
        _recoveriesInRow = 0;
        IsMulticastLost &= ++_unsolicitedInRow < MulticastRestoredAfter;
    }

    /// <summary>Records a probe.</summary>
    public void OnSent(long now)
    {
        _isReplyExpected = true;
        _sentTimestamp = now;
    }

    /// <summary>Determines whether a datagram that arrived at <paramref name="now"/> may be a probe reply.</summary>
    public bool IsReplyExpected(long now) => _isReplyExpected && SinceSent(now) < ReplyTimeMax;

    /// <summary>Gets the time since the last probe.</summary>
    public TimeSpan SinceSent(long now) => time.GetElapsedTime(_sentTimestamp, now);

    /// <summary>Records a datagram: no reply is expected any more.</summary>
    public void OnReceived()
    {
        _isReplyExpected = false;
        SentInSilence = 0;
    }

    /// <summary>Records a new source address: whether the node replies there is unknown.</summary>
    public void OnMoved()
    {
        _isReplyExpected = false;
        _recoveriesInRow = 0;
        CheckPeriod = TimeSpan.Zero;
    }

    private static bool HasWifiSignal(NodeSnapshot readings)
    {
        var interfaces = readings.Section(NetworkSection.Definition);
        for (var index = 0; index < (interfaces?.EntryCount ?? 0); index++)
        {
            if (interfaces![index][NetworkSection.SignalDecibels] is not null)
            {
                return true;
            }
        }

        return false;
    }
}
