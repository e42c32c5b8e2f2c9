using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Transport;

/// <summary>Answers control datagrams while the agent waits for its next tick.</summary>
/// <remarks>
/// It runs on the thread that samples: no thread and no lock of its own, and an answer proves that sampling goes on.
/// Expected faults cost no exception: the calls are the C library's. Allocates: nothing.
/// </remarks>
/// <param name="sender">Whose sockets are listened to.</param>
/// <param name="newest">Gives the newest sample's datagram of a number, empty beyond the last.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">The counters.</param>
internal sealed class ControlResponder(
    MulticastSender sender, Func<int, ReadOnlyMemory<byte>> newest, TimeProvider time, AgentMetrics metrics)
{
    /// <summary>Enough for two collectors that probe at once; with forged requests an agent adds 14 kB/s to its
    /// link.</summary>
    public const int AnswersPerSecondMax = 10;

    /// <summary>A flood of requests costs the node less than a millisecond a second: beyond, they stay with the kernel,
    /// whose buffer drops them.</summary>
    public const int RequestsPerSecondMax = 50;

    private readonly RateLimit _requests = new(RequestsPerSecondMax, time);
    private readonly RateLimit _answers = new(AnswersPerSecondMax, time);
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
        if (Refusal((int)length, asker) is { } reason)
        {
            metrics.AddRequestRefused(reason);
            return;
        }

        metrics.AddRequestAnswered();
        for (var part = 0; newest(part) is { IsEmpty: false } datagram; part++)
        {
            if (LibC.SendTo(socket, datagram.Span, datagram.Length, LibC.DoNotWait, asker, (uint)asker.Length) < 0)
            {
                metrics.AddSendFailed();
                return;
            }

            metrics.AddSent(datagram.Length);
        }
    }

    private ControlRefusal? Refusal(int length, ReadOnlySpan<byte> asker)
    {
        if (!sender.MayAnswer(asker))
        {
            return ControlRefusal.Stranger;
        }

        if (length > _buffer.Length
            || ControlDecoder.Decode(_buffer.AsSpan(0, length), out var request) != DecodeError.None)
        {
            return ControlRefusal.Malformed;
        }

        return request != ControlRequest.Sample ? ControlRefusal.Unsupported
            : !_answers.TryPass() ? ControlRefusal.TooMany
            : null;
    }
}
