using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Transport;

/// <summary>Replies to control datagrams while the agent waits for its next tick.</summary>
/// <remarks>
/// Runs on the sampling thread, without a lock, so a reply proves that sampling works.
/// It uses the C library, because expected errors must not cost an exception.
/// Allocates nothing, except for alert levels of a display.
/// </remarks>
/// <param name="sender">The sockets that receive requests.</param>
/// <param name="source">The datagrams to reply with.</param>
/// <param name="guard">Authorises requests.</param>
/// <param name="alerts">Receives this node's alert level.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">The counters.</param>
internal sealed class ControlResponder(
    MulticastSender sender,
    ReplySource source,
    RequestGuard guard,
    DisplayedAlertLevel alerts,
    TimeProvider time,
    AgentMetrics metrics)
{
    /// <summary>Repaired datagrams per second to all requesters: two collectors, each at the rate
    /// at which it requests them.</summary>
    public const int RepairsPerSecondMax = 256;

    /// <summary>Requests per second: a flood costs less than a millisecond of CPU per second;
    /// the kernel drops the rest from its buffer.</summary>
    public const int RequestsPerSecondMax = 50;

    private readonly RateLimit _requests = new(RequestsPerSecondMax, time);
    private readonly SourceBudgets _budgets = new(time);
    private readonly RateLimit _repairs = new(RepairsPerSecondMax, time);
    private readonly byte[] _buffer = new byte[WireLimits.ControlBytesMax];
    private readonly byte[] _requester = new byte[SocketAddressBytes.LengthMax];

    /// <summary>Lists the sockets that receive requests, or shortens the wait while the limit is exceeded.</summary>
    /// <param name="into">The buffer, at least <see cref="MulticastSender.SocketCountMax"/> long.</param>
    /// <param name="timeout">The longest wait.</param>
    /// <returns>The number of sockets.</returns>
    public int ListSockets(Span<PollDescriptor> into, ref TimeSpan timeout)
    {
        var pause = _requests.GetWait(time.GetTimestamp());
        if (pause == TimeSpan.Zero)
        {
            return sender.ListSockets(into);
        }

        timeout = pause < timeout ? pause : timeout;
        return 0;
    }

    /// <summary>Replies to one request from each ready socket.</summary>
    public void Answer(ReadOnlySpan<PollDescriptor> sockets)
    {
        foreach (var socket in sockets)
        {
            if (socket.IsReady && _requests.TryPass(time.GetTimestamp()))
            {
                Receive(socket.Descriptor);
            }
        }
    }

    private void Receive(int socket)
    {
        var addressLength = (uint)_requester.Length;
        var length = LibC.ReceiveFrom(
            socket, _buffer, _buffer.Length, LibC.DoNotWait | LibC.TrueLength, _requester, ref addressLength);
        if (length < 0)
        {
            // A checksum error, or an ICMP error for an earlier datagram.
            metrics.AddRequestRefused(ControlRefusal.NotReceived);
            return;
        }

        var requester = _requester.AsSpan(0, (int)Math.Min(addressLength, (uint)_requester.Length));
        if ((Refusal((int)length, requester, out var message) ?? Answer(message, socket, requester)) is { } reason)
        {
            if (reason == ControlRefusal.NoCookie && length >= RequestCookie.ChallengeBytes)
            {
                Challenge(socket, requester);
            }

            metrics.AddRequestRefused(reason);
            return;
        }

        metrics.AddRequestAnswered();
    }

    private ControlRefusal? Refusal(int length, ReadOnlySpan<byte> requester, out ControlMessage message)
    {
        message = default;
        return !sender.MayAnswer(requester) ? ControlRefusal.Stranger
            : length > _buffer.Length
                || ControlDecoder.Decode(_buffer.AsSpan(0, length), out message) != DecodeError.None
                ? ControlRefusal.Malformed
            : guard.Check(_buffer.AsSpan(0, length), message, requester);
    }

    /// <summary>Sends a requester its cookie, which is no longer than its request.</summary>
    private void Challenge(int socket, ReadOnlySpan<byte> requester)
    {
        Span<byte> challenge = stackalloc byte[RequestCookie.ChallengeBytes];
        guard.WriteChallenge(requester, challenge);
        Send(challenge, socket, requester);
    }

    private ControlRefusal? Answer(in ControlMessage message, int socket, ReadOnlySpan<byte> requester) =>
        message.Request switch
        {
            ControlRequest.Sample => AnswerSample(socket, requester),
            ControlRequest.Range => AnswerRange(message, socket, requester),
            ControlRequest.Show => alerts.TrySet(requester, message.Alert, TimeSpan.FromSeconds(message.AlertSeconds))
                ? null
                : ControlRefusal.TooMany,
            _ => ControlRefusal.Unsupported,
        };

    private ControlRefusal? AnswerSample(int socket, ReadOnlySpan<byte> requester)
    {
        var address = SocketAddressBytes.Address(requester);
        if (!_budgets.TryAnswer(address))
        {
            return ControlRefusal.TooMany;
        }

        for (var part = 0; source.Newest(part) is { IsEmpty: false } datagram; part++)
        {
            // The first part alone proves that the node is alive.
            if (!_budgets.TrySend(address, datagram.Length, isRepair: false))
            {
                return ControlRefusal.TooMany;
            }

            Send(datagram.Span, socket, requester);
        }

        return null;
    }

    private ControlRefusal? AnswerRange(in ControlMessage message, int socket, ReadOnlySpan<byte> requester)
    {
        if (message.Run != source.Run)
        {
            return ControlRefusal.NotKept;
        }

        var hasSent = false;
        var last = Math.Min(message.To, Math.Min(message.From, long.MaxValue - WireLimits.RangeSamplesMax)
            + WireLimits.RangeSamplesMax - 1);
        for (var sequence = message.From; sequence <= last; sequence++)
        {
            for (var part = 0; source.Kept(sequence, part) is { IsEmpty: false } datagram; part++)
            {
                // The collector requests the rest again.
                if (!_budgets.TrySend(SocketAddressBytes.Address(requester), datagram.Length, isRepair: true)
                    || !_repairs.TryPass(time.GetTimestamp()))
                {
                    return ControlRefusal.TooMany;
                }

                Send(datagram.Span, socket, requester);
                metrics.AddRepairSent();
                hasSent = true;
            }
        }

        return hasSent ? null : ControlRefusal.NotKept;
    }

    private void Send(ReadOnlySpan<byte> datagram, int socket, ReadOnlySpan<byte> requester)
    {
        if (LibC.SendTo(socket, datagram, datagram.Length, LibC.DoNotWait, requester, (uint)requester.Length) < 0)
        {
            metrics.AddSendFailed();
            return;
        }

        metrics.AddSent(datagram.Length);
    }
}
