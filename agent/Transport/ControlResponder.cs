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
    private readonly PollDescriptor[] _descriptors = new PollDescriptor[1 + MulticastSender.SocketCountMax];
    private readonly byte[] _buffer = new byte[WireLimits.ControlBytesMax];
    private readonly byte[] _asker = new byte[SocketAddressBytes.LengthMax];

    /// <summary>Waits until a request has come, which it answers, or until the end is wanted, but not longer than
    /// <paramref name="timeout"/>; it may return earlier.</summary>
    /// <param name="timeout">The longest wait.</param>
    /// <param name="stop">A descriptor that can be read when the end is wanted.</param>
    /// <returns>Whether the end is wanted.</returns>
    public bool WaitOnce(TimeSpan timeout, int stop)
    {
        _descriptors[0] = new PollDescriptor(stop);
        var count = 1;
        var pause = _requests.Wait;
        if (pause == TimeSpan.Zero)
        {
            count += sender.ListSockets(_descriptors.AsSpan(1));
        }
        else if (pause < timeout)
        {
            timeout = pause;
        }

        var descriptors = _descriptors.AsSpan(0, count);
        if (PollDescriptor.Wait(descriptors, timeout) == 0)
        {
            return false;
        }

        foreach (var socket in descriptors[1..])
        {
            if (socket.IsReady && _requests.TryPass())
            {
                Receive(socket.Descriptor);
            }
        }

        return descriptors[0].IsReady;
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
