using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Signing;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Transport;

/// <summary>Authorises requests: an agent with keys accepts only requests signed with one of them, each once;
/// an agent without keys only those with a cookie.</summary>
/// <remarks>
/// Needs no clock, because boards may have none: a request names the node,
/// its run and a sample at most <see cref="WireLimits.RequestAgeSamplesMax"/> old,
/// and each requester numbers its requests. A recorded request is therefore rejected. Allocates: nothing.
/// </remarks>
/// <param name="keys">The keys; without any, requests are unsigned.</param>
/// <param name="cookies">The cookies of unsigned requesters.</param>
/// <param name="requesters">The counters of the requesters.</param>
/// <param name="source">The node and run that requests must name.</param>
internal sealed class RequestGuard(
    IReadOnlyList<SignatureKey> keys, RequestCookies cookies, RequesterTable requesters, ReplySource source)
{
    /// <summary>Checks a request.</summary>
    /// <param name="datagram">Its bytes.</param>
    /// <param name="message">Its content.</param>
    /// <param name="requester">The <c>sockaddr</c> that it came from.</param>
    /// <returns>The reason for refusing it; <see langword="null"/> if it is accepted,
    /// which happens only once.</returns>
    public ControlRefusal? Check(
        ReadOnlySpan<byte> datagram, in ControlMessage message, ReadOnlySpan<byte> requester)
    {
        if (keys.Count == 0)
        {
            return message.Cookie is { } cookie && cookies.IsValid(requester, cookie) ? null : ControlRefusal.NoCookie;
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

    /// <summary>Writes the challenge for a requester without a valid cookie.</summary>
    /// <param name="requester">The <c>sockaddr</c> that its request came from.</param>
    /// <param name="into">The buffer, at least <see cref="RequestCookie.ChallengeBytes"/>.</param>
    public void WriteChallenge(ReadOnlySpan<byte> requester, Span<byte> into) =>
        RequestCookie.WriteChallenge(cookies.Get(requester), into);

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
