using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>The probing of one node. Written by the ingest loop only.</summary>
internal sealed class ProbeState(TimeProvider time)
{
    /// <summary>An answer crosses any link in less; what comes later is somebody's replay, or another sample.</summary>
    private static readonly TimeSpan ReplyTimeMax = TimeSpan.FromSeconds(1);

    /// <summary>Samples in a row that came only because they were asked for, after which the node is asked for every
    /// one.</summary>
    private const int PollAfter = 3;

    /// <summary>The same, after which its multicast counts as lost: with a third of it lost, as bad Wi-Fi does, that
    /// happens once in 60 000 samples.</summary>
    private const int MulticastLostAfter = 10;

    /// <summary>Samples in a row that came unasked, after which its multicast counts as heard.</summary>
    private const int MulticastRestoredAfter = 3;

    /// <summary>For how long a node counts as unsteady after a sample of it came only because it was asked
    /// for.</summary>
    private static readonly TimeSpan UnsteadyTime = TimeSpan.FromMinutes(10);

    private int _recoveriesInRow;
    private long? _recoveredTimestamp;
    private long _sampleTimestamp;
    private int _unsolicitedInRow;
    private bool _isWireless;
    private bool _isReplyExpected;
    private long _sentTimestamp;

    /// <summary>Gets or sets how many probes the present silence has had.</summary>
    public int SentInSilence { get; set; }

    /// <summary>Gets or sets the share of its slot that the next probe waits.</summary>
    public double Jitter { get; set; }

    /// <summary>Gets the time since the last probe, to see whether the node answers at all, after which another is
    /// due.</summary>
    public TimeSpan CheckPeriod { get; private set; }

    /// <summary>Gets a value indicating whether the node is asked for every sample, because none comes
    /// unasked.</summary>
    public bool MustPoll => _recoveriesInRow >= PollAfter;

    /// <summary>Gets a value indicating whether the node answers but its multicast does not arrive.</summary>
    public bool IsMulticastLost { get; private set; }

    /// <summary>Asks whether what the node sends may get lost: it has told of a Wi-Fi signal, or it got lost
    /// lately.</summary>
    public bool IsUnsteady(NodeSnapshot readings, long now)
    {
        _isWireless = _isWireless || HasWifiSignal(readings);
        return _isWireless || (_recoveredTimestamp is { } rescued && time.GetElapsedTime(rescued, now) < UnsteadyTime);
    }

    /// <summary>Goes on with a node that an earlier process asked for each sample, or did not need to.</summary>
    public void Restore(bool isMulticastLost)
    {
        IsMulticastLost = isMulticastLost;
        _recoveriesInRow = isMulticastLost ? MulticastLostAfter : 0;
    }

    /// <summary>Notes that a new sample came.</summary>
    public void OnSample(long now) => _sampleTimestamp = now;

    /// <summary>Gets the time since the newest sample came first.</summary>
    public TimeSpan SinceSample(long now) => time.GetElapsedTime(_sampleTimestamp, now);

    /// <summary>Notes that a sample came because it was asked for.</summary>
    public void OnProbeRecovered(long now)
    {
        _recoveredTimestamp = now;
        _unsolicitedInRow = 0;
        IsMulticastLost |= ++_recoveriesInRow >= MulticastLostAfter;
    }

    /// <summary>Notes that a sample came that nobody had asked for.</summary>
    public void OnUnsolicited()
    {
        _recoveriesInRow = 0;
        IsMulticastLost &= ++_unsolicitedInRow < MulticastRestoredAfter;
    }

    /// <summary>Notes that a probe has been sent.</summary>
    public void OnSent(long now)
    {
        _isReplyExpected = true;
        _sentTimestamp = now;
    }

    /// <summary>Notes that a probe has been sent only to see whether the node answers: the next one later.</summary>
    public void OnCheckSent(long now, TimeSpan period)
    {
        OnSent(now);
        CheckPeriod = period;
    }

    /// <summary>Asks whether a datagram that arrived at <paramref name="now"/> may be an answer.</summary>
    public bool IsReplyExpected(long now) => _isReplyExpected && SinceSent(now) < ReplyTimeMax;

    /// <summary>Gets the time since the last probe.</summary>
    public TimeSpan SinceSent(long now) => time.GetElapsedTime(_sentTimestamp, now);

    /// <summary>Notes that the node has been heard, so that no answer is awaited any more.</summary>
    public void OnReceived()
    {
        _isReplyExpected = false;
        SentInSilence = 0;
    }

    /// <summary>Notes that the node sends from elsewhere: nothing is known of whether it answers there.</summary>
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
