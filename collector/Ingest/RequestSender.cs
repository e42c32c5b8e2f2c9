using System.Text;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>Sends requests to nodes, signed for those that sign. For the ingest loop only.</summary>
/// <remarks>
/// A request is sent from the port that the node sends to, so the reply takes the same path as its datagrams.
/// </remarks>
/// <param name="receivers">The receivers whose sockets are used.</param>
/// <param name="keys">The keys; a request is signed with the key of the node.</param>
/// <param name="requester">A random number of this process, so that the count may restart.</param>
internal sealed class RequestSender(IReadOnlyList<MulticastReceiver> receivers, KeyStore keys, uint requester)
{
    private readonly byte[] _buffer = new byte[WireLimits.ControlBytesMax];
    private long _count;

    /// <summary>Sends a request. Never waits.</summary>
    /// <returns>Whether the system accepted it.</returns>
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

    /// <summary>Encodes a request; signs it if the node signs.</summary>
    internal int Write(NodeStatus status, in ControlMessage request)
    {
        var key = keys.FindBySignature(status.Readings.Signature);
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
