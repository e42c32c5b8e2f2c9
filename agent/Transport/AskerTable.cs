using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Transport;

/// <summary>How far each collector has counted its signed requests.</summary>
/// <remarks>Each is remembered for as long as its requests are good, so that none passes twice. Allocates:
/// nothing.</remarks>
internal sealed class AskerTable
{
    /// <summary>Collectors that ask within the time that a request is good for, their restarts included.</summary>
    public const int AskerCountMax = 8;

    private readonly Asker[] _askers = new Asker[AskerCountMax];

    /// <summary>Counts a request.</summary>
    /// <param name="stamp">Whose it is, and its number.</param>
    /// <param name="newest">The newest sample's number.</param>
    /// <returns>Why it is refused; <see langword="null"/> if it is good.</returns>
    public ControlRefusal? Count(ControlStamp stamp, long newest)
    {
        var free = -1;
        for (var index = 0; index < _askers.Length; index++)
        {
            ref var asker = ref _askers[index];
            if (asker.IsKnown && asker.Id == stamp.Requester)
            {
                if (stamp.Count <= asker.Count)
                {
                    return ControlRefusal.Repeated;
                }

                asker = new Asker(true, stamp.Requester, stamp.Count, newest);
                return null;
            }

            // By then all that it had asked is outdated.
            if (!asker.IsKnown || newest - asker.HeardAt > WireLimits.RequestAgeSamplesMax)
            {
                free = index;
            }
        }

        if (free < 0)
        {
            return ControlRefusal.TooMany;
        }

        _askers[free] = new Asker(true, stamp.Requester, stamp.Count, newest);
        return null;
    }

    private readonly record struct Asker(bool IsKnown, uint Id, long Count, long HeardAt);
}
