using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Transport;

/// <summary>Answers control datagrams while the agent waits for its next tick.</summary>
/// <remarks>
/// It runs on the thread that samples: no thread and no lock of its own, and an answer proves that sampling goes on.
/// Expected faults cost no exception: the calls are the C library's. Allocates: nothing, save for what a display is to
/// show.
/// </remarks>
/// <param name="sender">Whose sockets are listened to.</param>
/// <param name="source">What is answered from.</param>
/// <param name="guard">Who is obeyed.</param>
/// <param name="alerts">Takes what collectors tell of this node's alerts.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">The counters.</param>
internal sealed class ControlResponder(
    MulticastSender sender,
    AnswerSource source,
    RequestGuard guard,
    ToldAlerts alerts,
    TimeProvider time,
    AgentMetrics metrics)
{
    /// <summary>Enough for two collectors that probe at once; with forged requests an agent adds 14 kB/s to its
    /// link.</summary>
    public const int AnswersPerSecondMax = 10;

    /// <summary>Earlier datagrams a second: a full ring of the usual size is sent again within four seconds, and no
    /// request makes more than 180 kB/s.</summary>
    public const int RepairsPerSecondMax = 128;

    /// <summary>A flood of requests costs the node less than a millisecond a second: beyond, they stay with the kernel,
    /// whose buffer drops them.</summary>
    public const int RequestsPerSecondMax = 50;

    private readonly RateLimit _requests = new(RequestsPerSecondMax, time);
    private readonly RateLimit _answers = new(AnswersPerSecondMax, time);
    private readonly RateLimit _repairs = new(RepairsPerSecondMax, time);
    private readonly byte[] _buffer = new byte[WireLimits.ControlBytesMax];
    private readonly byte[] _asker = new byte[SocketAddressBytes.LengthMax];

    /// <summary>Lists the sockets by which requests come, or shortens the wait while too many have come.</summary>
    /// <param name="into">Where to; room for <see cref="MulticastSender.SocketCountMax"/>.</param>
    /// <param name="timeout">The longest wait.</param>
    /// <returns>How many there are.</returns>
    public int ListSockets(Span<PollDescriptor> into, ref TimeSpan timeout)
    {
        var pause = _requests.Wait;
        if (pause == TimeSpan.Zero)
        {
            return sender.ListSockets(into);
        }

        timeout = pause < timeout ? pause : timeout;
        return 0;
    }

    /// <summary>Answers one request of each socket that is ready.</summary>
    public void Answer(ReadOnlySpan<PollDescriptor> sockets)
    {
        foreach (var socket in sockets)
        {
            if (socket.IsReady && _requests.TryPass())
            {
                Receive(socket.Descriptor);
            }
        }
    }

    private void Receive(int socket)
    {
        var addressLength = (uint)_asker.Length;
        var length = LibC.ReceiveFrom(
            socket, _buffer, _buffer.Length, LibC.DoNotWait | LibC.TrueLength, _asker, ref addressLength);
        if (length < 0)
        {
            // A bad checksum, or an ICMP message about an earlier datagram.
            metrics.AddRequestRefused(ControlRefusal.NotReceived);
            return;
        }

        var asker = _asker.AsSpan(0, (int)Math.Min(addressLength, (uint)_asker.Length));
        if ((Refusal((int)length, asker, out var message) ?? Answer(message, socket, asker)) is { } reason)
        {
            metrics.AddRequestRefused(reason);
            return;
        }

        metrics.AddRequestAnswered();
    }

    private ControlRefusal? Refusal(int length, ReadOnlySpan<byte> asker, out ControlMessage message)
    {
        message = default;
        return !sender.MayAnswer(asker) ? ControlRefusal.Stranger
            : length > _buffer.Length
                || ControlDecoder.Decode(_buffer.AsSpan(0, length), out message) != DecodeError.None
                ? ControlRefusal.Malformed
            : guard.Check(_buffer.AsSpan(0, length), message);
    }

    private ControlRefusal? Answer(in ControlMessage message, int socket, ReadOnlySpan<byte> asker) =>
        message.Request switch
        {
            ControlRequest.Sample => AnswerSample(socket, asker),
            ControlRequest.Range => AnswerRange(message, socket, asker),
            ControlRequest.Show => alerts.TryTell(asker, message.Alert, TimeSpan.FromSeconds(message.AlertSeconds))
                ? null
                : ControlRefusal.TooMany,
            _ => ControlRefusal.Unsupported,
        };

    private ControlRefusal? AnswerSample(int socket, ReadOnlySpan<byte> asker)
    {
        if (!_answers.TryPass())
        {
            return ControlRefusal.TooMany;
        }

        for (var part = 0; source.Newest(part) is { IsEmpty: false } datagram; part++)
        {
            Send(datagram.Span, socket, asker);
        }

        return null;
    }

    private ControlRefusal? AnswerRange(in ControlMessage message, int socket, ReadOnlySpan<byte> asker)
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
                // What does not pass is asked for again.
                if (!_repairs.TryPass())
                {
                    return ControlRefusal.TooMany;
                }

                Send(datagram.Span, socket, asker);
                metrics.AddRepairSent();
                hasSent = true;
            }
        }

        return hasSent ? null : ControlRefusal.NotKept;
    }

    private void Send(ReadOnlySpan<byte> datagram, int socket, ReadOnlySpan<byte> asker)
    {
        if (LibC.SendTo(socket, datagram, datagram.Length, LibC.DoNotWait, asker, (uint)asker.Length) < 0)
        {
            metrics.AddSendFailed();
            return;
        }

        metrics.AddSent(datagram.Length);
    }
}
