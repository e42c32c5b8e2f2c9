using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Tests.Storage;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>Real agents and a real collector, with a lossy network or an absent collector.</summary>
public sealed class RepairTests
{
    private const string Hostname = "pi";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    /// <summary>How long the collector is down; five minutes by <c>NODETELEMETRY_TEST_OUTAGE=300</c>.</summary>
    private static readonly double OutageSeconds = Setting("NODETELEMETRY_TEST_OUTAGE", 20);

    /// <summary>The agent's interval meanwhile; <c>NODETELEMETRY_TEST_INTERVAL=1000</c> for the usual one.</summary>
    private static readonly double IntervalMilliseconds = Setting("NODETELEMETRY_TEST_INTERVAL", 100);

    /// <summary>How often the collector is killed; 100 times by <c>NODETELEMETRY_TEST_KILLS=100</c>.</summary>
    private static readonly int KillCount = (int)Setting("NODETELEMETRY_TEST_KILLS", 6);

    /// <summary>
    /// A relay loses 30 % of the datagrams each way, in front of a signing agent and a collector that requires it. The node is
    /// never lost, and when the loss ends, every sample is in the history and in the index once.
    /// </summary>
    [Fact]
    public async Task With_thirty_percent_loss_no_node_is_lost_and_everything_arrives_eventually()
    {
        const int Seed = 30;
        const int SampleCount = 150;
        using var folder = new TempFolder();
        await using var openSearch = await FakeOpenSearch.StartAsync();
        var port = CollectorProcess.FreeUdpPort();
        var key = await MakeKeyAsync(folder);
        await using var relay = new LossyRelay(new IPEndPoint(IPAddress.Loopback, port), Seed, new RelayFaults(Drop: 0.3));
        await using (var collector = await StartCollectorAsync(
            folder, port, openSearch, "--trust-signatures", "require", "--trust-keys-file", key))
        {
            await using var agent = StartAgent(
                "--interval", "100ms", "--target", relay.Address.ToString(), "--key-file", key);
            await WaitAsync(collector, relay, static node => Number(node, "repaired") > 0);
            await WaitAsync(collector, relay, static node => Number(node, "received") >= SampleCount);
            relay.Forward = RelayFaults.None;
            relay.Backward = RelayFaults.None;
            await WaitAsync(collector, relay, static node => Number(node, "lost") == 0);
            await WaitForIndexAsync(openSearch, static _ => true, relay.ToString());
            agent.Terminate();
            await collector.WaitForHealthAsync(Hostname, "left", Deadline);
            var node = (await collector.NodesAsync())[Hostname];
            Assert.True(Number(node, "repaired") >= relay.Dropped / 10, relay.ToString());
            Assert.Equal(0, Number(node, "unrecoverable"));
            Assert.DoesNotContain("is lost", collector.Process.Output, StringComparison.Ordinal);
            await WaitForIndexAsync(openSearch, IsGoodbye, relay.ToString());
            await StopAsync(collector);
        }

        AssertOnce(folder, openSearch, relay.ToString());
    }

    /// <summary>
    /// The collector is stopped while the agent continues, and restarted: it requests the missed samples, and every sample is
    /// in the history, at its own time, and in the index once.
    /// </summary>
    [Fact]
    public async Task Samples_missed_while_the_collector_was_down_are_fetched_from_the_ring()
    {
        using var folder = new TempFolder();
        await using var openSearch = await FakeOpenSearch.StartAsync();
        var port = CollectorProcess.FreeUdpPort();
        using var witness = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        witness.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var agent = StartAgent(
            "--interval", FormattableString.Invariant($"{IntervalMilliseconds}ms"),
            "--target", $"127.0.0.1:{port}",
            "--target", witness.LocalEndPoint!.ToString()!,
            "--ring-bytes", "8388608");
        await using (var first = await StartCollectorAsync(folder, port, openSearch))
        {
            await WaitAsync(first, null, static node => node.GetProperty("answersProbes").GetBoolean());
            await StopAsync(first);
        }

        // The witness receives every sample, and so knows when enough were sent without a collector.
        var missed = (int)(OutageSeconds * 1000 / IntervalMilliseconds);
        await ReceiveAsync(witness, missed);
        await using (var second = await StartCollectorAsync(folder, port, openSearch))
        {
            await WaitAsync(second, null, node => Number(node, "repaired") >= missed);
            await WaitForIndexAsync(openSearch, static _ => true, $"{missed} samples were sent without a collector");
            agent.Terminate();
            await second.WaitForHealthAsync(Hostname, "left", Deadline);
            var node = (await second.NodesAsync())[Hostname];
            Assert.Equal(0, Number(node, "unrecoverable"));
            await WaitForIndexAsync(openSearch, IsGoodbye, $"{missed} samples were sent without a collector");
            await StopAsync(second);
        }

        AssertOnce(folder, openSearch, $"{missed} samples were sent without a collector");
    }

    /// <summary>
    /// The collector is killed with -9 again and again while the agent sends. A second receiver knows what was sent: every datagram
    /// of it is in the index once, and every sample in the history once, because the ring still held it.
    /// </summary>
    [Fact]
    public async Task A_collector_killed_again_and_again_loses_nothing_that_the_ring_still_holds()
    {
        var seed = (int)Setting("NODETELEMETRY_TEST_SEED", Random.Shared.Next());
        var random = new Random(seed);
        using var folder = new TempFolder();
        await using var openSearch = await FakeOpenSearch.StartAsync();
        var port = CollectorProcess.FreeUdpPort();
        using var witness = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        witness.ReceiveBufferSize = 8 * 1024 * 1024;
        witness.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var agent = StartAgent(
            "--interval", "100ms", "--target", $"127.0.0.1:{port}", "--target", witness.LocalEndPoint!.ToString()!,
            "--ring-bytes", "33554432");
        using var stop = new CancellationTokenSource();
        long[] newest = [-1];
        var sent = CaptureAsync(witness, newest, stop.Token);
        for (var kill = 0; kill < KillCount; kill++)
        {
            await using var killed = await StartCollectorAsync(folder, port, openSearch);
            await Task.Delay(random.Next(4000), TestContext.Current.CancellationToken);
            killed.Process.Kill();
            await killed.Process.WaitForExitAsync(Deadline);
        }

        await using (var last = await StartCollectorAsync(folder, port, openSearch))
        {
            // The ring ends with the agent: before, what was sent until now must have been requested.
            var before = Volatile.Read(ref newest[0]);
            await WaitForIndexAsync(openSearch, document => GetSequence(document) > before, $"seed {seed}");
            agent.Terminate();
            await last.WaitForHealthAsync(Hostname, "left", Deadline);
            await WaitForIndexAsync(openSearch, IsGoodbye, $"seed {seed}");
            await StopAsync(last);
        }

        await stop.CancelAsync();
        var stored = Documents(openSearch).Select(static document => (GetSequence(document), GetPart(document))).ToHashSet();
        Assert.Empty((await sent).Except(stored));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"seed {seed}: {KillCount} kills, {(await sent).Count} datagrams captured, {stored.Count} documents");
        AssertOnce(folder, openSearch, $"seed {seed}");
    }

    /// <summary>Receives datagrams until stopped.</summary>
    /// <param name="witness">The socket.</param>
    /// <param name="newest">Receives the newest sequence number.</param>
    /// <param name="stop">Stops it.</param>
    /// <returns>The sequence number and part of each.</returns>
    private static async Task<HashSet<(long Sequence, int Part)>> CaptureAsync(Socket witness, long[] newest, CancellationToken stop)
    {
        var captured = new HashSet<(long, int)>();
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                var length = await witness.ReceiveAsync(buffer, stop);
                using var datagram = JsonDocument.Parse(buffer.AsMemory(0, length));
                var part = datagram.RootElement.TryGetProperty("part", out var numbers) ? numbers[0].GetInt32() : 0;
                var sequence = Number(datagram.RootElement, "seq");
                captured.Add((sequence, part));
                Volatile.Write(ref newest[0], sequence);
            }
        }
        catch (OperationCanceledException)
        {
            return captured;
        }
    }

    private static int GetPart(JsonElement document) =>
        document.GetProperty("nodetelemetry").TryGetProperty("part", out var part) ? part.GetProperty("index").GetInt32() : 0;

    private static double Setting(string name, double byDefault) =>
        Environment.GetEnvironmentVariable(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : byDefault;

    private static long Number(JsonElement node, string name) => node.GetProperty(name).GetInt64();

    private static TestProcess StartAgent(params string[] options) =>
        AgentProcess.StartOnLoopback(Hostname, 1, ["--group4", "none", "--group6", "none", .. options]);

    private static Task<CollectorProcess> StartCollectorAsync(
        TempFolder folder, int port, FakeOpenSearch openSearch, params string[] options) =>
        CollectorProcess.StartAsync(
            folder, port, ["--open-search-nodes", openSearch.Address.ToString(), "--database-history", "1s/1d,10s/2d", .. options]);

    private static async Task<string> MakeKeyAsync(TempFolder folder)
    {
        await using var command = TestProcess.Start([Programs.Agent, "key", "new", folder["key"], "cluster"]);
        Assert.Equal(0, await command.WaitForExitAsync(Deadline));
        return folder["key"];
    }

    private static async Task StopAsync(CollectorProcess collector)
    {
        collector.Process.Terminate();
        Assert.Equal(0, await collector.Process.WaitForExitAsync(Deadline));
    }

    private static Task WaitAsync(CollectorProcess collector, LossyRelay? relay, Func<JsonElement, bool> isReached) =>
        Eventually.TrueAsync(
            async () => (await collector.NodesAsync()).TryGetValue(Hostname, out var node) && isReached(node),
            Deadline,
            () => $"{relay}\n{collector.Process.Output}");

    private static async Task ReceiveAsync(Socket witness, int samples)
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(OutageSeconds) + Deadline);
        var buffer = new byte[2048];
        while (witness.Available > 0)
        {
            witness.Receive(buffer);
        }

        for (var received = new HashSet<long>(); received.Count < samples;)
        {
            var length = await witness.ReceiveAsync(buffer, cancellation.Token);
            using var datagram = JsonDocument.Parse(buffer.AsMemory(0, length));
            received.Add(Number(datagram.RootElement, "seq"));
        }
    }

    /// <summary>Waits until every sample up to the last of those that count is in the index.</summary>
    private static async Task WaitForIndexAsync(FakeOpenSearch openSearch, Func<JsonElement, bool> isCounted, string message)
    {
        List<long> missing = [];
        await Eventually.TrueAsync(
            () =>
            {
                // A sample is complete when each of its parts is present: a lost part is requested as well.
                var documents = Documents(openSearch);
                var sequences = documents.GroupBy(GetSequence)
                    .Where(static sample => sample.Count() >= PartCountOf(sample.First()))
                    .Select(static sample => sample.Key)
                    .ToHashSet();
                var last = documents.Where(isCounted).Select(GetSequence).DefaultIfEmpty(-1).Max();
                missing = [.. Enumerable.Range(0, (int)last + 1).Select(static number => (long)number).Except(sequences)];
                return Task.FromResult(last >= 0 && missing.Count == 0);
            },
            Deadline,
            () => $"{message}: samples {string.Join(", ", missing)} are not in the index.");
    }

    private static List<JsonElement> Documents(FakeOpenSearch openSearch) =>
        [.. openSearch.Documents()
            .Select(static text => JsonDocument.Parse(text).RootElement)
            .Where(static document => document.GetProperty("metricset").GetProperty("name").GetString() == "node")];

    private static long GetSequence(JsonElement document) => document.GetProperty("event").GetProperty("sequence").GetInt64();

    private static int PartCountOf(JsonElement document) =>
        document.GetProperty("nodetelemetry").TryGetProperty("part", out var part) ? part.GetProperty("count").GetInt32() : 1;

    private static bool IsGoodbye(JsonElement document) => document.GetProperty("nodetelemetry").TryGetProperty("bye", out _);

    /// <summary>Each part of a sample is in the index once, and each sample in the history once, spread over its time.</summary>
    private static void AssertOnce(TempFolder folder, FakeOpenSearch openSearch, string message)
    {
        var documents = Documents(openSearch);
        var names = documents.Select(static document => (
            GetSequence(document),
            document.GetProperty("nodetelemetry").TryGetProperty("part", out var part) ? part.GetRawText() : string.Empty));
        Assert.Equal(documents.Count, names.Distinct().Count());

        // The goodbye has no readings; every other sample has one load.
        var last = documents.Where(IsGoodbye).Select(GetSequence).Single();
        SQLitePCL.Batteries_V2.Init();
        using var connection = new SqliteConnection($"Data Source={folder["telemetry.db"]};Pooling=False");
        connection.Open();
        HistoryView.Create(connection);
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT sum(samples), max(samples) FROM history WHERE step = 1 "
            + "AND reading = (SELECT id FROM history_reading WHERE name = 'load1')";
        using var row = command.ExecuteReader();
        Assert.True(row.Read());
        Assert.True(last == row.GetInt64(0), $"{message}: {row.GetInt64(0)} of {last} are in the history.");

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{message}: {last} samples are in the history and in {documents.Count} documents of the index, each once.");

        // They arrived within a few seconds and were sent over many, but repaired samples keep their own time.
        Assert.InRange(row.GetInt64(1), 1, last / 3);
    }
}
