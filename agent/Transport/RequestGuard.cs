using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Signing;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Transport;

/// <summary>Lets an agent that has keys obey only whom it shares one with, and each request once.</summary>
/// <remarks>
/// No clock is needed, for boards have none: a request names the node, its run and a sample that is at most
/// <see cref="WireLimits.RequestAgeSamplesMax"/> old, and each asker counts its requests. So a recorded request never
/// passes again. Allocates: nothing.
/// </remarks>
/// <param name="keys">The keys; with none everybody is obeyed.</param>
/// <param name="askers">How far each asker has counted.</param>
/// <param name="source">Whose requests are checked.</param>
internal sealed class RequestGuard(IReadOnlyList<SignatureKey> keys, AskerTable askers, AnswerSource source)
{
    /// <summary>Checks a request.</summary>
    /// <returns>Why it is refused; <see langword="null"/> if it is good, which it is not a second time.</returns>
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
            : askers.Count(stamp, newest);
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
