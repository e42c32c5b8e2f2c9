using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Run;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>Sends the datagrams of many nodes at a fixed rate: a real sample of the agent on this machine, whose node, host name, run, sequence
/// number and time are replaced.</summary>
/// <remarks>Datagrams are sent 64 at a time by sendmmsg(2), so that the sender costs little beside the receiver.</remarks>
internal sealed partial class NodeLoad
{
    private const int BatchCount = 64;
    private const int BufferBytes = 2048;
    private const int MessageWords = 8;
    private const int BufferSendMax = 8 << 20;

    // As wide as every later one, so that it can be replaced in place.
    private const long FirstSequence = 1_000_000_000;
    private const string Host = "host-000000";

    private readonly Template[] _templates;
    private readonly int _nodes;
    private readonly uint _run = (uint)Random.Shared.Next();
    private readonly byte[] _bytes = GC.AllocateArray<byte>(BatchCount * BufferBytes, pinned: true);
    private readonly long[] _vectors = GC.AllocateArray<long>(BatchCount * 2, pinned: true);
    private readonly long[] _messages = GC.AllocateArray<long>(BatchCount * MessageWords, pinned: true);
    private long _next;

    /// <summary>Initializes a new instance of the <see cref="NodeLoad"/> class.</summary>
    /// <param name="nodes">The number of nodes.</param>
    /// <param name="interval">The interval that the samples promise.</param>
    public NodeLoad(int nodes, TimeSpan interval)
    {
        _nodes = nodes;
        _templates = [.. Capture(interval).Select(static datagram => new Template(datagram))];
        for (var index = 0; index < BatchCount; index++)
        {
            _vectors[2 * index] = Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, index * BufferBytes);
            _messages[(index * MessageWords) + 2] = Marshal.UnsafeAddrOfPinnedArrayElement(_vectors, 2 * index);
            _messages[(index * MessageWords) + 3] = 1;
        }
    }

    /// <summary>Gets the mean length of a datagram.</summary>
    public double BytesMean => _templates.Average(static template => template.Bytes.Length);

    /// <summary>Gets the datagrams of a sample.</summary>
    public int Parts => _templates.Length;

    /// <summary>Sends for a time.</summary>
    /// <param name="port">The port on loopback.</param>
    /// <param name="rate">Datagrams a second.</param>
    /// <param name="duration">How long.</param>
    /// <returns>The number of datagrams sent.</returns>
    public long Send(int port, double rate, TimeSpan duration)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { SendBufferSize = BufferSendMax };
        socket.Connect(IPAddress.Loopback, port);
        var started = Stopwatch.GetTimestamp();
        long sent = 0;
        long filled = 0;
        while (true)
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            var due = (long)(Math.Min(elapsed.TotalSeconds, duration.TotalSeconds) * rate) - filled;
            if (due <= 0)
            {
                if (elapsed >= duration)
                {
                    return sent;
                }

                Thread.Sleep(TimeSpan.FromMilliseconds(1));
                continue;
            }

            var count = (int)Math.Min(due, BatchCount);
            for (var index = 0; index < count; index++)
            {
                Fill(index);
            }

            filled += count;
            sent += Math.Max(0, SendMessages(socket.SafeHandle, _messages, (uint)count, 0));
        }
    }

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    private static partial int SendMessages(SafeSocketHandle socket, Span<long> messages, uint count, int flags);

    /// <summary>Takes the second sample of an agent: the first one also describes the machine.</summary>
    /// <param name="interval">The interval that it promises.</param>
    public static List<byte[]> Capture(TimeSpan interval)
    {
        var datagrams = new List<byte[]>();
        var time = new ManualTimeProvider();
        var agent = new AgentOptions { Interval = interval };
        var source = new SampleSource(Host, "0000000000000000", 1, 2, agent.Interval, agent.Labels);
        using var loop = AgentSetup.CreateLoop(
            agent, source, AgentSetup.Architecture, (datagram, _) => datagrams.Add(datagram.ToArray()), new DatagramRing(1 << 20), time,
            new AgentMetrics(), NullLogger.Instance);
        loop.Tick();
        datagrams.Clear();
        time.Advance(agent.Interval);
        loop.Tick();
        return datagrams;
    }

    private void Fill(int index)
    {
        var template = _templates[(int)(_next % _templates.Length)];
        var sample = _next++ / _templates.Length;
        var bytes = _bytes.AsSpan(index * BufferBytes, BufferBytes);
        template.Bytes.CopyTo(bytes);
        var node = (int)(sample % _nodes);
        Write(bytes.Slice(template.Host, 6), node);
        HexDigits.Write((ulong)node + 4096, bytes.Slice(template.Node, 16));
        HexDigits.Write(_run, bytes.Slice(template.Run, 8));
        Write(bytes.Slice(template.Sequence, 10), FirstSequence + (sample / _nodes));
        Write(bytes.Slice(template.Time, 13), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        _vectors[(2 * index) + 1] = template.Bytes.Length;
    }

    private static void Write(Span<byte> digits, long number)
    {
        for (var index = digits.Length - 1; index >= 0; index--, number /= 10)
        {
            digits[index] = (byte)('0' + (number % 10));
        }
    }

    /// <summary>A datagram, and where its replaced values are.</summary>
    private sealed class Template
    {
        public Template(byte[] datagram)
        {
            using var parsed = JsonDocument.Parse(datagram);
            var sequence = parsed.RootElement.GetProperty("seq").GetInt64();
            var text = Encoding.UTF8.GetString(datagram).Replace(
                string.Create(CultureInfo.InvariantCulture, $"\"seq\":{sequence},"),
                string.Create(CultureInfo.InvariantCulture, $"\"seq\":{FirstSequence},"),
                StringComparison.Ordinal);
            Bytes = Encoding.UTF8.GetBytes(text);
            Host = Find("\"hostname\":\"host-");
            Node = Find("\"node\":\"");
            Run = Find("\"run\":\"");
            Sequence = Find("\"seq\":");
            Time = Find("\"time\":");
        }

        public byte[] Bytes { get; }

        public int Host { get; }

        public int Node { get; }

        public int Run { get; }

        public int Sequence { get; }

        public int Time { get; }

        private int Find(string before) => Bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(before)) + before.Length;
    }
}
