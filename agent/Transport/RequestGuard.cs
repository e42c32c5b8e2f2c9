using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Signing;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Transport;

/// <summary>Authorises requests: an agent with keys accepts only requests signed with one of them, each once.</summary>
/// <remarks>
/// Needs no clock, because boards may have none: a request names the node,
/// its run and a sample at most <see cref="WireLimits.RequestAgeSamplesMax"/> old,
/// and each requester numbers its requests. A recorded request is therefore rejected. Allocates: nothing.
/// </remarks>
/// <param name="keys">The keys; without any, every request is accepted.</param>
/// <param name="requesters">The counters of the requesters.</param>
/// <param name="source">The node and run that requests must name.</param>
internal sealed class RequestGuard(IReadOnlyList<SignatureKey> keys, RequesterTable requesters, ReplySource source)
{
    /// <summary>Checks a request.</summary>
    /// <returns>The reason for refusing it; <see langword="null"/> if it is accepted,
    /// which happens only once.</returns>
    public ControlRefusal? Check(ReadOnlySpan<byte> datagram, in ControlMessage message)
    {
        if (keys.Count == 0)
        {
            return null;
        }

        if (!DatagramSignature.TryRead(datagram, out var signature))
        {
            return ControlRefusal.Unsigned;
        }

        if (!IsSigned(signature))
        {
            return ControlRefusal.BadSignature;
        }

        var newest = source.NewestSequence();
        return message.Stamp is not { } stamp || message.Run != source.Run || stamp.Node != source.Node
            || stamp.Sequence > newest || newest - stamp.Sequence > WireLimits.RequestAgeSamplesMax
            ? ControlRefusal.Outdated
            : requesters.Count(stamp, newest);
    }

    private bool IsSigned(in DatagramSignature signature)
    {
        for (var index = 0; index < keys.Count; index++)
        {
            if (keys[index].HasId(signature.KeyId))
            {
                return keys[index].IsValidSignature(signature.Message, signature.MacText);
            }
        }

        return false;
    }
}
