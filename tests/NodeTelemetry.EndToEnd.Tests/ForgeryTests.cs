using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Signing;
using NodeTelemetry.Collector.Tests.Storage;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>
/// A real collector that requires signatures, with its real socket and its real database. Two real agents, one with a key of its
/// own, have sent two runs each, which were recorded. The recording is replayed and altered, and further datagrams are
/// forged: before a restart of the collector and after it.
/// </summary>
public sealed class ForgeryTests : IDisposable
{
    private const int AttemptCount = 4000;
    private const int Seed = 55;
    private const int SamplesPerRun = 20;
    private const string Shared = "pi-shared";
    private const string Bound = "pi-bound";

    // Fits any receive buffer, even if the collector may not enlarge it.
    private const int BatchCount = 64;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    // A key with a known name and another secret.
    private static readonly SignatureKey Foreign = new(Shared, new byte[SignatureKey.SecretBytes], []);

    private static ReadOnlySpan<byte> Marker => ",\"sig\":\""u8;

    private readonly TempFolder _folder = new();
    private readonly int _port = CollectorProcess.FreeUdpPort();
    private readonly Socket _attacker = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly List<byte[]> _recorded = [];
    private readonly byte[] _buffer = new byte[WireLimits.ReceivedBytesMax];
    private long _sampleCount;

    public void Dispose()
    {
        _attacker.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Nothing_that_is_forged_altered_or_replayed_is_accepted_also_after_a_restart()
    {
        await MakeKeysAsync();
        await using (var first = await StartCollectorAsync())
        {
            await RunAgentsAsync(first);
            await RunAgentsAsync(first);
            await AttackAsync(first, Seed);
            await StopAsync(first);
        }

        Assert.Equal(_sampleCount, StoredSamples());
        await using (var second = await StartCollectorAsync())
        {
            await AttackAsync(second, Seed + 1);
            Assert.Equal(0, await CountAsync(second, "accepted_total"));

            // The agents with the keys continue.
            await RunAgentsAsync(second);
            await StopAsync(second);
        }

        Assert.Equal(_sampleCount, StoredSamples());
    }

    private static Task<double> CountAsync(CollectorProcess collector, string name) =>
        collector.MetricAsync("nodetelemetry_collector_datagrams_" + name);

    private static async Task StopAsync(CollectorProcess collector)
    {
        collector.Process.Terminate();
        Assert.Equal(0, await collector.Process.WaitForExitAsync(Deadline));
    }

    /// <summary>What the API returns for the nodes, except counts of replays and times.</summary>
    private static async Task<List<string>> StateAsync(CollectorProcess collector) =>
        [.. (await collector.NodesAsync()).Values.SelectMany(static node => node.EnumerateObject())
            .Where(static property => property.Name is not ("duplicates" or "silence"))
            .Select(static property => property.ToString())];

    private Task<CollectorProcess> StartCollectorAsync() => CollectorProcess.StartAsync(
        _folder, _port, "--trust-signatures", "require", "--trust-keys-file", _folder["keys"]);

    private async Task MakeKeysAsync()
    {
        foreach (var name in (string[])[Shared, Bound])
        {
            var (code, output) = await TestProcess.RunAsync([Programs.Agent, "key", "new", _folder[name], name], Deadline);
            Assert.True(code == 0, output);
        }

        _folder.Write("keys", $"{GetLine(Shared)}\n{GetLine(Bound)} {AgentProcess.GetNodeId(Bound)}\n");

        string GetLine(string name) => File.ReadLines(_folder[name]).Single(line => line.StartsWith(name, StringComparison.Ordinal));
    }

    private async Task RunAgentsAsync(CollectorProcess collector)
    {
        using var shared = new Recorder();
        using var bound = new Recorder();
        await Task.WhenAll(RunAgentAsync(Shared, shared), RunAgentAsync(Bound, bound));
        foreach (var recorder in (Recorder[])[shared, bound])
        {
            _recorded.AddRange(recorder.Datagrams);
            _sampleCount += recorder.SampleCount;
        }

        await collector.WaitForHealthAsync(Shared, "left", Deadline);
        await collector.WaitForHealthAsync(Bound, "left", Deadline);
    }

    private async Task RunAgentAsync(string name, Recorder recorder)
    {
        await using var agent = AgentProcess.StartOnLoopback(
            name, 1, "--group4", "none", "--group6", "none", "--interval", "100ms", "--key-file", _folder[name],
            "--target", $"127.0.0.1:{_port}", "--target", recorder.Address);
        await recorder.RecordAsync(() => recorder.SampleCount >= SamplesPerRun, agent);
        agent.Terminate();
        await recorder.RecordAsync(() => recorder.HasGoodbye, agent);
    }

    private async Task AttackAsync(CollectorProcess collector, int seed)
    {
        var random = new Random(seed);
        var target = new IPEndPoint(IPAddress.Loopback, _port);
        var before = await StateAsync(collector);
        var (accepted, received) = (await CountAsync(collector, "accepted_total"), await CountAsync(collector, "received_total"));
        for (var attempt = 1; attempt <= AttemptCount; attempt++)
        {
            await _attacker.SendToAsync(Forge(random), target);
            if (attempt % BatchCount == 0 || attempt == AttemptCount)
            {
                await Eventually.TrueAsync(
                    async () => await CountAsync(collector, "received_total") == received + attempt,
                    Deadline,
                    () => collector.Process.Output);
            }
        }

        // Each was processed: rejected for some reason, or a duplicate.
        await Eventually.TrueAsync(
            async () => await CountProcessedAsync(collector) == await CountAsync(collector, "received_total"), Deadline, () => collector.Process.Output);
        Assert.True(accepted == await CountAsync(collector, "accepted_total"), $"Seed {seed}");
        Assert.Equal(before, await StateAsync(collector));
        Assert.True(await CountAsync(collector, "rejected_total{reason=\"bad_signature\"}") > AttemptCount / 4);
        foreach (var counter in (string[])["missing_signature", "key_not_for_node", "old_run"])
        {
            Assert.True(await CountAsync(collector, $"rejected_total{{reason=\"{counter}\"}}") > AttemptCount / 20, counter);
        }

        Assert.True(await CountAsync(collector, "duplicate_total") > AttemptCount / 20);
    }

    private static async Task<double> CountProcessedAsync(CollectorProcess collector)
    {
        double processed = 0;
        foreach (var line in (await collector.GetTextAsync("metrics")).Split('\n'))
        {
            var isCounted = ((string[])["accepted_total ", "duplicate_total ", "rejected_total{"]).Any(
                name => line.StartsWith("nodetelemetry_collector_datagrams_" + name, StringComparison.Ordinal));
            processed += isCounted ? double.Parse(line.AsSpan(line.LastIndexOf(' ')), System.Globalization.CultureInfo.InvariantCulture) : 0;
        }

        return processed;
    }

    /// <summary>Replays or alters a recorded datagram, or forges another from it.</summary>
    private ReadOnlyMemory<byte> Forge(Random random)
    {
        var recorded = _recorded[random.Next(_recorded.Count)];
        recorded.CopyTo(_buffer, 0);
        var length = recorded.Length;
        var end = recorded.AsSpan().LastIndexOf(Marker);
        switch (random.Next(8))
        {
            case 0 or 1:
                break;
            case 2:
                _buffer[random.Next(length)] ^= (byte)(1 << random.Next(8));
                break;
            case 3:
                // A run that was never sent, under a signature that was valid for another.
                SetRun(random);
                break;
            case 4:
                // The signature of one datagram at the end of another, sometimes the same one.
                var other = _recorded[random.Next(_recorded.Count)];
                var signature = other.AsSpan(other.AsSpan().LastIndexOf(Marker));
                signature.CopyTo(_buffer.AsSpan(end));
                length = end + signature.Length;
                break;
            case 5:
                SetRun(random);
                _buffer[end] = (byte)'}';
                length = end + 1;
                break;
            case 6:
                SetRun(random);
                length = Sign(end, Foreign);
                break;
            default:
                // With the key of one node in the name of the other.
                SetNode(AgentProcess.GetNodeId(Shared));
                SetRun(random);
                length = Sign(end, KeyFile.Load(_folder[Bound]).Keys[0]);
                break;
        }

        return _buffer.AsMemory(0, length);
    }

    private void SetRun(Random random) => Set("\"run\":\""u8, random.Next().ToString("x8", System.Globalization.CultureInfo.InvariantCulture));

    private void SetNode(string node) => Set("\"node\":\""u8, node);

    private void Set(ReadOnlySpan<byte> key, string digits) =>
        Encoding.ASCII.GetBytes(digits, _buffer.AsSpan(_buffer.AsSpan().IndexOf(key) + key.Length));

    private int Sign(int end, SignatureKey key)
    {
        Marker.CopyTo(_buffer.AsSpan(end));
        var at = end + Marker.Length;
        at += key.WriteText(_buffer.AsSpan(0, end), _buffer.AsSpan(at));
        "\"}"u8.CopyTo(_buffer.AsSpan(at));
        return at + 2;
    }

    /// <summary>Counts the samples of all nodes and runs in the history: each has one load.</summary>
    private long StoredSamples()
    {
        SQLitePCL.Batteries_V2.Init();
        using var connection = new SqliteConnection($"Data Source={_folder["telemetry.db"]};Pooling=False");
        connection.Open();
        HistoryView.Create(connection);
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT sum(samples) FROM history WHERE step = 10 AND reading = (SELECT id FROM history_reading WHERE name = 'load1')";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Receives what an agent sends to the collector.</summary>
    private sealed class Recorder : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

        public Recorder() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        public string Address => _socket.LocalEndPoint!.ToString()!;

        public List<byte[]> Datagrams { get; } = [];

        /// <summary>Gets how many samples were sent; the goodbye, which comes after them, has no readings.</summary>
        public long SampleCount { get; private set; }

        public bool HasGoodbye { get; private set; }

        public async Task RecordAsync(Func<bool> isEnough, TestProcess agent)
        {
            using var deadline = new CancellationTokenSource(Deadline);
            var buffer = new byte[WireLimits.ReceivedBytesMax];
            while (!isEnough())
            {
                int length;
                try
                {
                    length = await _socket.ReceiveAsync(buffer, deadline.Token);
                }
                catch (OperationCanceledException)
                {
                    throw new TimeoutException($"{SampleCount} samples have come. The agent wrote:\n{agent.Output}");
                }

                Datagrams.Add(buffer[..length]);
                using var datagram = JsonDocument.Parse(buffer.AsMemory(0, length));
                HasGoodbye |= datagram.RootElement.TryGetProperty("bye", out _);
                SampleCount = datagram.RootElement.GetProperty("seq").GetInt64() + (HasGoodbye ? 0 : 1);
            }
        }

        public void Dispose() => _socket.Dispose();
    }
}
