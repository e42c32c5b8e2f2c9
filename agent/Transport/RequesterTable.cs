using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Transport;

/// <summary>The request counter of each collector that signs its requests.</summary>
/// <remarks>Each is kept for as long as its requests are valid, so that none is accepted twice.
/// Allocates: nothing.</remarks>
internal sealed class RequesterTable
{
    /// <summary>The maximum number of requesters within the lifetime of a request, including restarts.</summary>
    public const int RequesterCountMax = 8;

    private readonly Requester[] _requesters = new Requester[RequesterCountMax];

    /// <summary>Checks and records the counter of a request.</summary>
    /// <param name="stamp">The requester and its counter.</param>
    /// <param name="newest">The sequence number of the newest sample.</param>
    /// <returns>The reason for refusing it; <see langword="null"/> if it is accepted.</returns>
    public ControlRefusal? Count(ControlStamp stamp, long newest)
    {
        var free = -1;
        for (var index = 0; index < _requesters.Length; index++)
        {
            ref var requester = ref _requesters[index];
            if (requester.IsUsed && requester.Id == stamp.Requester)
            {
                if (stamp.Count <= requester.Count)
                {
                    return ControlRefusal.Repeated;
                }

                requester = new Requester(true, stamp.Requester, stamp.Count, newest);
                return null;
            }

            // All its earlier requests have expired.
            if (!requester.IsUsed || newest - requester.ReceivedAt > WireLimits.RequestAgeSamplesMax)
            {
                free = index;
            }
        }

        if (free < 0)
        {
            return ControlRefusal.TooMany;
        }

        _requesters[free] = new Requester(true, stamp.Requester, stamp.Count, newest);
        return null;
    }

    private readonly record struct Requester(bool IsUsed, uint Id, long Count, long ReceivedAt);
}
