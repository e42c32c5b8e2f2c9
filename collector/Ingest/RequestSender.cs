using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>Sends requests to nodes: signed to those that sign, with their cookie to the others.
/// For the ingest loop only.</summary>
/// <remarks>
/// A request is sent from the port that the node sends to, so the reply takes the same path as its datagrams.
/// </remarks>
/// <param name="receivers">The receivers whose sockets are used.</param>
/// <param name="keys">The keys; a request is signed with the key of the node.</param>
/// <param name="requester">A random number of this process, so that the count may restart.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestSender(
    IReadOnlyList<MulticastReceiver> receivers, KeyStore keys, uint requester, TimeProvider time)
{
    /// <summary>Least time for which a requested node is found by its address: longer than a reply takes.</summary>
    private static readonly TimeSpan AskedPeriod = TimeSpan.FromSeconds(2);

    // Two generations: what was not requested for a period is forgotten.
    private Dictionary<Place, NodeState> _asked = [];
    private Dictionary<Place, NodeState> _askedBefore = [];
    private long _generationTimestamp = time.GetTimestamp();
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
                return receivers[index].TrySend(_buffer.AsSpan(0, Write(node, request)), node.Source);
            }
        }

        return false;
    }

    /// <summary>Takes the cookie from a challenge, and repeats the request that the agent did not answer.</summary>
    /// <returns><see langword="false"/> if nothing was requested there.</returns>
    public bool TakeCookie(SocketAddress source, ulong cookie)
    {
        var place = Place.FromSource(source);
        if (!(_asked.TryGetValue(place, out var node) || _askedBefore.TryGetValue(place, out node))
            || !node.Cookies.TryTake(cookie, out var request))
        {
            return false;
        }

        if (request is { } repeated)
        {
            Send(node, repeated);
            node.Cookies.OnRepeated();
        }

        return true;
    }

    /// <summary>Encodes a request; signs it if the node signs.</summary>
    internal int Write(NodeState node, in ControlMessage request)
    {
        var status = node.Status;
        var key = keys.FindBySignature(status.Readings.Signature);
        var hasNode = HexDigits.TryRead(
            Encoding.UTF8.GetBytes(status.Header?.Node ?? status.Id), WireLimits.NodeDigits, out var number);
        if (key is null || !hasNode || status.Header is not { } header)
        {
            node.Cookies.OnSent(request);
            Remember(node);
            return ControlEncoder.Write(
                request.Request == ControlRequest.Cookie ? request : request with { Cookie = node.Cookies.Cookie },
                null,
                _buffer);
        }

        return ControlEncoder.Write(
                request with
                {
                    Run = header.Run,
                    Stamp = new ControlStamp(number, header.Sequence, requester, ++_count),
                },
                key,
                _buffer);
    }

    private void Remember(NodeState node)
    {
        if (time.GetElapsedTime(_generationTimestamp) >= AskedPeriod)
        {
            _generationTimestamp = time.GetTimestamp();
            (_asked, _askedBefore) = (_askedBefore, _asked);
            _asked.Clear();
        }

        _asked[Place.FromSource(node.Source)] = node;
    }

    /// <summary>An address and a port, without the rest of a <see cref="SocketAddress"/>.</summary>
    private readonly record struct Place(UInt128 Address, uint Scope, ushort Port)
    {
        public static Place FromSource(SocketAddress source)
        {
            var bytes = source.Buffer.Span[..source.Size];
            var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
            return source.Family == AddressFamily.InterNetworkV6
                ? new Place(
                    BinaryPrimitives.ReadUInt128BigEndian(bytes[8..]),
                    BinaryPrimitives.ReadUInt32BigEndian(bytes[24..]),
                    port)
                : new Place(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), 0, port);
        }
    }
}
