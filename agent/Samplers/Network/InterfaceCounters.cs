using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Network;

/// <summary>What the kernel has counted of one network interface since it appeared.</summary>
/// <param name="ReceivedBytes">Bytes received.</param>
/// <param name="ReceivedPackets">Packets received.</param>
/// <param name="ReceiveErrors">Receive errors.</param>
/// <param name="ReceiveDrops">Received packets dropped.</param>
/// <param name="SentBytes">Bytes sent.</param>
/// <param name="SentPackets">Packets sent.</param>
/// <param name="SendErrors">Transmit errors.</param>
/// <param name="SendDrops">Outgoing packets dropped.</param>
internal readonly record struct InterfaceCounters(
    ulong ReceivedBytes,
    ulong ReceivedPackets,
    ulong ReceiveErrors,
    ulong ReceiveDrops,
    ulong SentBytes,
    ulong SentPackets,
    ulong SendErrors,
    ulong SendDrops)
{
    /// <summary>fifo, frame, compressed and multicast: parts of the counters before them,
    /// or reported by few drivers.</summary>
    private const int CountersPassedOver = 4;

    /// <summary>Splits one line into the name and the counters.</summary>
    /// <returns><see langword="false"/> if it is a heading.</returns>
    public static bool TryReadName(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out AsciiReader rest)
    {
        // The name ends at the last colon: the alias of an address, eth0:1, has one of its own.
        var colon = line.LastIndexOf((byte)':');
        name = colon < 0 ? default : line[..colon].Trim((byte)' ');
        rest = new AsciiReader(colon < 0 ? default : line[(colon + 1)..]);
        return !name.IsEmpty && !name.Contains((byte)'|');
    }

    /// <summary>Parses the counters of one line, after the name.</summary>
    /// <remarks>Source: proc_pid_net(5), <c>/proc/net/dev</c>.
    /// Shape: 8 counters of what was received and 8 of what was sent. Allocates: nothing.</remarks>
    /// <returns><see langword="false"/> if there are too few counters or one is not a number.</returns>
    public static bool TryParse(ref AsciiReader words, out InterfaceCounters counters)
    {
        counters = default;
        if (!words.TryReadInteger(out var receivedBytes) || !words.TryReadInteger(out var receivedPackets)
            || !words.TryReadInteger(out var receiveErrors) || !words.TryReadInteger(out var receiveDrops))
        {
            return false;
        }

        for (var passed = 0; passed < CountersPassedOver; passed++)
        {
            words.TryReadWord(out _);
        }

        if (!words.TryReadInteger(out var sentBytes) || !words.TryReadInteger(out var sentPackets)
            || !words.TryReadInteger(out var sendErrors) || !words.TryReadInteger(out var sendDrops))
        {
            return false;
        }

        counters = new InterfaceCounters(
            receivedBytes, receivedPackets, receiveErrors, receiveDrops, sentBytes, sentPackets, sendErrors, sendDrops);
        return true;
    }
}
