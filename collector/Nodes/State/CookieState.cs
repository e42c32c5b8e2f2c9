using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>The cookie that an agent without keys requires in requests. Written by the ingest loop only.</summary>
/// <remarks>
/// It is renewed in advance, so that no probe of a silent node waits for one.
/// A request that the agent answers with a challenge is repeated once, with the new cookie.
/// </remarks>
/// <param name="time">The clock.</param>
internal sealed class CookieState(TimeProvider time)
{
    /// <summary>Age at which a cookie is renewed: it is valid for at least twice as long.</summary>
    public static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(5);

    /// <summary>Time between two attempts to get a cookie.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    /// <summary>A challenge crosses any link in less; what comes later has no request.</summary>
    private static readonly TimeSpan ReplyTimeMax = TimeSpan.FromSeconds(1);

    private long? _askedTimestamp;
    private long _receivedTimestamp;
    private long _sentTimestamp;
    private ControlMessage? _pending;
    private bool _isExpected;

    /// <summary>Gets the cookie; <see langword="null"/> if the node has not required one.</summary>
    public ulong? Cookie { get; private set; }

    /// <summary>Determines whether to request a cookie: the node was never asked,
    /// as after a restart of the collector, or its cookie is old.</summary>
    public bool IsDue(long now) => _askedTimestamp is not { } asked
        || (Cookie is not null && time.GetElapsedTime(_receivedTimestamp, now) >= RenewAfter
            && time.GetElapsedTime(asked, now) >= RetryDelay);

    /// <summary>Records a request for a cookie.</summary>
    public void OnRequested(long now) => _askedTimestamp = now;

    /// <summary>Records a request without a signature. The first one without a cookie shows whether one is required.
    /// </summary>
    public void OnSent(in ControlMessage request)
    {
        _askedTimestamp ??= time.GetTimestamp();
        _pending = request.Request == ControlRequest.Cookie ? null : request;
        _sentTimestamp = time.GetTimestamp();
        _isExpected = true;
    }

    /// <summary>Records a challenge.</summary>
    /// <param name="cookie">The cookie.</param>
    /// <param name="request">The request to repeat; <see langword="null"/> for none.</param>
    /// <returns><see langword="false"/> if no request was sent that it answers.</returns>
    public bool TryTake(ulong cookie, out ControlMessage? request)
    {
        request = null;
        if (!_isExpected || time.GetElapsedTime(_sentTimestamp) >= ReplyTimeMax)
        {
            return false;
        }

        _isExpected = false;
        request = _pending;
        _pending = null;
        Cookie = cookie;
        _receivedTimestamp = time.GetTimestamp();
        return true;
    }

    /// <summary>Records that the repeated request was sent: it is not repeated again.</summary>
    public void OnRepeated() => _pending = null;
}
