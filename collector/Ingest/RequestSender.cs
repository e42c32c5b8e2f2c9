using System.Text;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>Sends requests to nodes, signed for those that sign. For the ingest loop only.</summary>
/// <remarks>A request leaves from the port that the node sends to, so its answer passes wherever its datagrams
/// do.</remarks>
/// <param name="receivers">Whose sockets are used.</param>
/// <param name="keys">What requests are signed with: the key that the node signs with itself.</param>
/// <param name="requester">Drawn at every start, so that the count may restart.</param>
internal sealed class RequestSender(IReadOnlyList<MulticastReceiver> receivers, KeyStore keys, uint requester)
{
    private readonly byte[] _buffer = new byte[WireLimits.ControlBytesMax];
    private long _count;

    /// <summary>Sends a request. Never waits.</summary>
    /// <returns>Whether the system took it.</returns>
    public bool Send(NodeState node, ControlMessage request)
    {
        for (var index = 0; index < receivers.Count; index++)
        {
            if (receivers[index].CanSendTo(node.Source.Family))
            {
                return receivers[index].TrySend(_buffer.AsSpan(0, Write(node.Status, request)), node.Source);
            }
        }

        return false;
    }

    /// <summary>Writes a request.</summary>
    internal int Write(NodeStatus status, in ControlMessage request)
    {
        var key = keys.KeyOf(status.Readings.Signature);
        var hasNode = HexDigits.TryRead(Encoding.UTF8.GetBytes(status.Id), WireLimits.NodeDigits, out var number);
        return key is null || !hasNode || status.Header is not { } header
            ? ControlEncoder.Write(request, null, _buffer)
            : ControlEncoder.Write(
                request with
                {
                    Run = header.Run,
                    Stamp = new ControlStamp(number, header.Sequence, requester, ++_count),
                },
                key,
                _buffer);
    }
}
