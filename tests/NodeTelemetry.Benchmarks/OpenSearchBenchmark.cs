using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NodeTelemetry.Collector.Storage.Outbox;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>
/// How fast a backlog drains into a real OpenSearch, compared with a bare client that sends the same bodies and with rsyslog.
/// </summary>
/// <remarks>
/// Everything runs on one machine with a busy server: CPU time of a sender is lost to the server.
/// The rates of the reference before and after the collector show how quiet the machine is.
/// </remarks>
internal static class OpenSearchBenchmark
{
    private const int Unavailable = 69;
    private const int Usage = 64;
    private const int Missed = 1;

    // The server is the limit; a sender that leaves more than this unused slows it down.
    private const double BareRateMin = 0.9;

    // An established shipper reaches half of the possible rate.
    private const double RsyslogRateMin = 2;
    private const double RsyslogCpuMax = 1.0 / 3;

    /// <summary>Runs it.</summary>
    /// <param name="options">The options after its name.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] options)
    {
        var areTargets = !options.Contains("--no-targets");
        options = [.. options.Where(static option => option != "--no-targets")];
        var documents = 1_000_000;
        if (options is not ([] or ["--documents", _])
            || (options is [_, var text]
                && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out documents)))
        {
            Console.Error.WriteLine("usage: bench opensearch [--documents 1000000] [--no-targets]");
            return Usage;
        }

        if (OpenSearchServer.Find(out var reason) is null)
        {
            Console.Error.WriteLine($"bench opensearch: {reason}");
            return Unavailable;
        }

        using var folder = new TempFolder();
        Console.WriteLine($"Making a backlog of {documents} documents…");
        var backlog = Backlog.Create(folder["telemetry.db"], documents);
        var stored = backlog.Batches.Sum(static batch => (long)batch.Body.Length);
        Console.WriteLine(
            $"{backlog.Batches.Count} batches, {(double)backlog.Bytes / documents:0} bytes a document, "
            + $"{(double)stored / documents:0} compressed; {new FileInfo(folder["telemetry.db"]).Length >> 20} MiB of file");

        var packing = TimeSpan.Zero;
        foreach (var batch in backlog.Part(0.1).Batches)
        {
            var lines = batch.ReadLines();
            var began = Stopwatch.GetTimestamp();
            OutboxBatch.Compress(lines);
            packing += Stopwatch.GetElapsedTime(began);
        }

        Console.WriteLine(
            $"compressing costs {packing.TotalMicroseconds * 10 / documents:0.00} µs a document, and saves "
            + $"{1 - ((double)stored / backlog.Bytes):P0} of the disk's and the network's bytes");

        await using var server = await OpenSearchServer.StartLargeAsync();
        TimeSpan emptyStart;
        await using (var collector = await MeasuredCollector.StartAsync(folder["empty.db"], server.Address))
        {
            // It puts the template, too.
            emptyStart = collector.StartTime;
            await Eventually.TrueAsync(
                async () => (await server.AskAsync(HttpMethod.Get, "_index_template/nodetelemetry-metrics-v1"))
                    .TryGetProperty("index_templates", out _),
                TimeSpan.FromMinutes(1));
        }

        // A warm-up run; then the collector between two runs of the reference.
        await BareClient.RunAsync(server.Address, backlog.Part(0.1));
        Console.WriteLine($"bare client: {BareClient.Manner}\nrsyslog: {Rsyslog.Manner}");
        var first = await BareAsync(server, backlog);
        var ours = await CollectorAsync(server, backlog, folder, emptyStart);
        var second = await BareAsync(server, backlog);
        var bare = (first.Rate + second.Rate) / 2;
        var isGood = first.IsComplete && ours.IsComplete && second.IsComplete;
        isGood &= IsMet("collector : bare client, documents a second", ours.Rate / bare, BareRateMin, true);
        if (await RsyslogAsync(server, backlog) is { } rsyslog)
        {
            isGood &= rsyslog.IsComplete;

            // Where rsyslog is close to the server's capacity, no client can be twice as fast.
            var room = BareRateMin * bare / rsyslog.Rate;
            isGood &= IsMet(
                room < RsyslogRateMin
                    ? $"collector : rsyslog, documents a second (of {RsyslogRateMin} wanted the server leaves no more)"
                    : "collector : rsyslog, documents a second",
                ours.Rate / rsyslog.Rate,
                Math.Min(RsyslogRateMin, room),
                true);
            isGood &= IsMet("collector : rsyslog, CPU a document", ours.Cpu / rsyslog.Cpu, RsyslogCpuMax, false);
        }

        return isGood || !areTargets ? 0 : Missed;
    }

    private static bool IsMet(string what, double ratio, double target, bool isLeast)
    {
        var isMet = isLeast ? ratio >= target : ratio <= target;
        Console.WriteLine(
            $"{what}: {ratio:0.00}, wanted at {(isLeast ? "least" : "most")} {target:0.00}: "
            + (isMet ? "good" : "MISSED"));
        return isMet;
    }

    private static async Task<Result> BareAsync(OpenSearchServer server, Backlog backlog)
    {
        await ClearAsync(server);
        var before = ServerCpu(server);
        var (time, cpu) = await BareClient.RunAsync(server.Address, backlog);
        return await PrintAsync(server, "bare client", backlog.Documents, time, cpu, before);
    }

    private static async Task<Result> CollectorAsync(
        OpenSearchServer server, Backlog backlog, TempFolder folder, TimeSpan emptyStart)
    {
        await ClearAsync(server);
        var before = ServerCpu(server);
        await using var collector = await MeasuredCollector.StartAsync(folder["telemetry.db"], server.Address);
        var (time, pageMedian, pageMax) = await collector.DrainAsync(backlog.Documents);
        var use = collector.Use;
        var result = await PrintAsync(
            server, "collector", backlog.Documents, time, use.CpuSeconds - collector.StartCpuSeconds, before);
        Console.WriteLine(
            $"  started in {collector.StartTime.TotalSeconds:0.00} s ({collector.StartCpuSeconds:0.00} s of CPU, not counted "
            + "above), with an empty database in "
            + $"{emptyStart.TotalSeconds:0.00} s; at most {use.PeakBytes >> 20} MiB resident");
        Console.WriteLine(
            $"  /api/nodes meanwhile: median {pageMedian.TotalMilliseconds:0.0} ms, at most "
            + $"{pageMax.TotalMilliseconds:0.0} ms");
        return result;
    }

    private static async Task<Result?> RsyslogAsync(OpenSearchServer server, Backlog backlog)
    {
        if (Rsyslog.Missing() is { } reason)
        {
            Console.WriteLine($"rsyslog: skipped. {reason}");
            return null;
        }

        await ClearAsync(server);
        var before = ServerCpu(server);
        var (time, cpu) = await Rsyslog.RunAsync(
            server.Address, backlog, () => IndexedAsync(server, Rsyslog.Index));
        return await PrintAsync(server, "rsyslog", backlog.Documents, time, cpu, before);
    }

    private static async Task<Result> PrintAsync(
        OpenSearchServer server, string name, long documents, TimeSpan time, double cpuSeconds, double serverBefore)
    {
        var serverCpu = (ServerCpu(server) - serverBefore) * 1e6 / documents;

        // Identities are the documents' own, so that as many as were sent means each of them once.
        var count = await CountAsync(server, "nodetelemetry-metrics-v1-*");
        var result = new Result(documents / time.TotalSeconds, cpuSeconds * 1e6 / documents, count == documents);
        var load = (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];
        Console.WriteLine(
            $"{name,-12} {result.Rate,8:0} documents/s  {result.Cpu,6:0.0} µs of its own CPU a document, {serverCpu:0} of the server's; "
            + $"{time.TotalSeconds:0.0} s, load {load}; "
            + (result.IsComplete ? "each is in the index once" : $"WRONG: {count} are in the index"));
        return result;
    }

    private static double ServerCpu(OpenSearchServer server) => ProcessUse.Read(server.ProcessId).CpuSeconds;

    private static Task<JsonElement> ClearAsync(OpenSearchServer server) =>
        server.AskAsync(HttpMethod.Delete, "nodetelemetry-metrics-v1-*");

    // What was written, without having it refreshed, which would be work for the server.
    private static async Task<long> IndexedAsync(OpenSearchServer server, string index)
    {
        var answer = await server.AskAsync(HttpMethod.Get, $"{index}/_stats/indexing");
        return answer.TryGetProperty("_all", out var all)
            ? all.GetProperty("primaries").GetProperty("indexing").GetProperty("index_total").GetInt64()
            : 0;
    }

    private static async Task<long> CountAsync(OpenSearchServer server, string index)
    {
        await server.AskAsync(HttpMethod.Post, $"{index}/_refresh");
        return (await server.AskAsync(HttpMethod.Get, $"{index}/_count")).GetProperty("count").GetInt64();
    }

    private sealed record Result(double Rate, double Cpu, bool IsComplete);
}
