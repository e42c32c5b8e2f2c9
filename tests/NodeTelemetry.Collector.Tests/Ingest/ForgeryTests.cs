using System.Buffers.Text;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Tests.Storage.Tables;
using NodeTelemetry.Protocol.Signing;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Ingest;

/// <summary>
/// A collector that requires signatures has received three runs of two nodes. Then a million datagrams arrive that neither has sent:
/// forged, altered, replayed, before and after a restart. None may be accepted, and none may change any state.
/// </summary>
public sealed class ForgeryTests : IDisposable
{
    private const int AttemptCount = 1_000_000;
    private const int SamplesPerRun = 300;
    private const int ForeignCount = 1000;
    private const int Seed = 77;

    private static readonly SignatureKey Shared = new("shared", Secret(1), []);
    private static readonly SignatureKey OfNodeB = new("node-b", Secret(2), ["00000000000000bb"]);
    private static readonly SignatureKey Foreign = new("shared", Secret(3), []);

    private readonly ManualTimeProvider _time = new();
    private readonly CollectorMetrics _metrics = new();
    private readonly Snapshots.Recorder _recorder = new();
    private readonly byte[] _buffer = new byte[2048];
    private readonly ReceivedDatagram _datagram = new();
    private readonly List<byte[]> _received = [];
    private readonly List<byte[]> _foreign = [];
    private readonly KeyStore _keys;
    private readonly TempFolder _folder = new();

    public ForgeryTests()
    {
        File.WriteAllText(
            _folder["keys"],
            $"shared {Convert.ToHexStringLower(Secret(1))}\nnode-b {Convert.ToHexStringLower(Secret(2))} 00000000000000bb\n");
        _keys = new KeyStore(SignaturePolicy.Require, _folder["keys"], NullLogger.Instance);
        _keys.Reload();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_million_forged_altered_or_replayed_datagrams_change_nothing_also_after_a_restart()
    {
        var registry = Registry();
        var loop = Loop(registry);
        foreach (var run in (uint[])[1, 2, 3])
        {
            for (var sequence = 0; sequence < SamplesPerRun; sequence++)
            {
                Receive(loop, "aa", run, sequence, Shared);
                Receive(loop, "bb", run, sequence, OfNodeB);
            }
        }

        // Under known key names, but with other secrets; signed beforehand, because that is slow.
        for (var sequence = 0; sequence < ForeignCount; sequence++)
        {
            _foreign.Add(Sign(sequence % 2 == 0 ? "aa" : "bb", 3, SamplesPerRun + sequence, Foreign));
        }

        Assert.Equal(_received.Count, _metrics.DatagramsAccepted.Value);
        Attack(loop, registry, AttemptCount / 2);

        // Only the stored state of a node is passed to the next process.
        var restarted = Registry();
        foreach (var status in registry.Statuses)
        {
            restarted.Restore(StoredNode.Restore(status));
        }

        Attack(Loop(restarted), restarted, AttemptCount / 2);

        // The live nodes continue.
        var last = Loop(restarted);
        Assert.True(Accepts(last, Sign("aa", 3, SamplesPerRun, Shared)));
        Assert.True(Accepts(last, Sign("bb", 4, 0, OfNodeB)));
    }

    [Fact]
    public void A_key_is_valid_only_for_its_nodes_and_a_bound_node_signs_only_with_its_key()
    {
        var loop = Loop(Registry());
        Assert.False(Accepts(loop, Sign("aa", 1, 0, OfNodeB)));
        Assert.False(Accepts(loop, Sign("bb", 1, 0, Shared)));
        Assert.Equal(2, _metrics.DatagramsRejected[RejectReason.KeyNotForNode].Value);
        Assert.True(Accepts(loop, Sign("aa", 1, 0, Shared)));
        Assert.True(Accepts(loop, Sign("bb", 1, 0, OfNodeB)));
    }

    /// <summary>Every single bit of a valid datagram.</summary>
    [Fact]
    public void A_datagram_with_any_flipped_bit_is_rejected()
    {
        var loop = Loop(Registry());
        var good = Sign("aa", 1, 0, Shared);
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            good[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Accepts(loop, good), $"bit {bit}");
            good[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(Accepts(loop, good));
    }

    [Theory]
    [InlineData("None", true, true, true)]
    [InlineData("VerifyIfPresent", true, false, false)]
    [InlineData("Require", false, false, false)]
    public void The_policy_decides(string policy, bool withoutSignature, bool boundWithout, bool badlySigned)
    {
        var store = new KeyStore(Enum.Parse<SignaturePolicy>(policy), _folder["keys"], NullLogger.Instance);
        store.Reload();
        var loop = Loop(Registry(), store);

        Assert.Equal(withoutSignature, Accepts(loop, Write("cc", 1, 0)));
        Assert.Equal(boundWithout, Accepts(loop, Write("bb", 1, 0)));
        Assert.Equal(badlySigned, Accepts(loop, Sign("aa", 1, 0, Foreign)));
        Assert.True(Accepts(loop, Sign("aa", 1, 1, Shared)));
    }

    [Fact]
    public void A_changed_keys_file_is_reloaded_and_an_invalid_one_changes_nothing()
    {
        var loop = Loop(Registry());
        File.WriteAllText(_folder["keys"], "shared oops\n");
        _keys.ReloadIfChanged();
        Assert.True(Accepts(loop, Sign("aa", 1, 0, Shared)));

        File.WriteAllText(_folder["keys"], KeyFile.Write("other", Secret(3)));
        _keys.ReloadIfChanged();
        Assert.False(Accepts(loop, Sign("aa", 1, 1, Shared)));
        Assert.Equal(1, _metrics.DatagramsRejected[RejectReason.UnknownKey].Value);
        Assert.True(Accepts(loop, Sign("aa", 1, 1, new SignatureKey("other", Secret(3), []))));
    }

    private void Attack(IngestLoop loop, NodeRegistry registry, int attempts)
    {
        var random = new Random(Seed);
        var before = registry.Statuses.Select(State).Order().ToList();
        var (accepted, reported) = (_metrics.DatagramsAccepted.Value, _recorder.Accepted.Count);
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            var length = Forge(random);
            _datagram.Set(_buffer.AsSpan(0, length), Snapshots.Source, _time.GetTimestamp());
            loop.Process(_datagram);
            if (_metrics.DatagramsAccepted.Value != accepted)
            {
                Assert.Fail($"Seed {Seed}, attempt {attempt}: {Encoding.UTF8.GetString(_buffer, 0, length)}");
            }
        }

        Assert.Equal(reported, _recorder.Accepted.Count);
        Assert.Equal(before, registry.Statuses.Select(State).Order());
        Assert.True(_metrics.DatagramsRejected[RejectReason.BadSignature].Value > attempts / 4);
        Assert.True(_metrics.DatagramsRejected[RejectReason.OldRun].Value > attempts / 20);
        Assert.True(_metrics.DatagramsRejected[RejectReason.MissingSignature].Value > attempts / 20);
    }

    /// <summary>Replays or alters a received datagram, or invents one.</summary>
    private int Forge(Random random)
    {
        var received = _received[random.Next(_received.Count)];
        received.CopyTo(_buffer, 0);
        switch (random.Next(6))
        {
            case 0:
                return received.Length;
            case 1:
                _buffer[random.Next(received.Length)] ^= (byte)(1 << random.Next(8));
                return received.Length;
            case 2:
                // Another number under a signature that was valid for the previous one.
                var digits = _buffer.AsSpan().IndexOf("\"seq\":"u8) + "\"seq\":".Length;
                Utf8Formatter.TryFormat(random.Next(10), _buffer.AsSpan(digits, 1), out _);
                return received.AsSpan().SequenceEqual(_buffer.AsSpan(0, received.Length)) ? 0 : received.Length;
            case 3:
                // Without its signature.
                var end = _buffer.AsSpan(0, received.Length).LastIndexOf(",\"sig\""u8);
                _buffer[end] = (byte)'}';
                return end + 1;
            case 4:
                return CopyToBuffer(_foreign[random.Next(_foreign.Count)]);
            default:
                // The signature of one datagram at the end of another.
                var other = _received[random.Next(_received.Count)];
                other.AsSpan(other.AsSpan().LastIndexOf(",\"sig\""u8))
                    .CopyTo(_buffer.AsSpan(_buffer.AsSpan(0, received.Length).LastIndexOf(",\"sig\""u8)));
                return received.Length;
        }
    }

    private int CopyToBuffer(byte[] datagram)
    {
        datagram.CopyTo(_buffer, 0);
        return datagram.Length;
    }

    private static string State(NodeStatus status) =>
        $"{status.Id} {status.Health} {status.Header!.Run} {status.Header.Sequence} {status.Received} {status.Missed} {status.LastSeen}";

    private static byte[] Secret(byte value)
    {
        var secret = new byte[SignatureKey.SecretBytes];
        secret[^1] = value;
        return secret;
    }

    private static byte[] Write(string node, uint run, long sequence, SignatureKey? key = null)
    {
        using var encoder = new SnapshotEncoder(key);
        encoder.Encode(Snapshots.Of(sequence, node: $"00000000000000{node}", run: run));
        return encoder.Datagram(0).ToArray();
    }

    private static byte[] Sign(string node, uint run, long sequence, SignatureKey key) => Write(node, run, sequence, key);

    private void Receive(IngestLoop loop, string node, uint run, long sequence, SignatureKey key)
    {
        var datagram = Sign(node, run, sequence, key);
        _received.Add(datagram);
        _datagram.Set(datagram, Snapshots.Source, _time.GetTimestamp());
        loop.Process(_datagram);
    }

    private bool Accepts(IngestLoop loop, byte[] datagram)
    {
        var before = _metrics.DatagramsAccepted.Value;
        _datagram.Set(datagram, Snapshots.Source, _time.GetTimestamp());
        loop.Process(_datagram);
        return _metrics.DatagramsAccepted.Value > before;
    }

    private NodeRegistry Registry() => Snapshots.Registry(10, _time, _recorder);

    private IngestLoop Loop(NodeRegistry registry, KeyStore? keys = null)
    {
        var limits = new HealthLimits(2.5, 5, 5, TimeSpan.FromSeconds(2), TimeSpan.FromDays(1));
        return new IngestLoop(
            new DatagramQueue(16, _metrics),
            registry,
            [new LossDetector(registry, Snapshots.SilentProber(limits, _time), Snapshots.NoFault, limits, _time).Sweep],
            static (_, _) => false,
            keys ?? _keys,
            _metrics,
            _time,
            NullLogger<IngestLoop>.Instance);
    }
}
