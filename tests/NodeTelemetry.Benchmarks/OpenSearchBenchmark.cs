using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NodeTelemetry.Collector.Storage;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>
/// How fast a backlog drains into a real OpenSearch, beside a bare client that sends the same bodies and beside rsyslog.
/// </summary>
internal static class OpenSearchBenchmark
{
    private const int Unavailable = 69;
    private const int Usage = 64;

    /// <summary>Runs it.</summary>
    /// <param name="options">What stood behind its name.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] options)
    {
        var documents = 1_000_000;
        if (options is not ([] or ["--documents", _])
            || (options is [_, var text]
                && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out documents)))
        {
            Console.Error.WriteLine("usage: bench opensearch [--documents 1000000]");
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

        // Once for nothing, so that the server is warm; then the collector between two runs of the reference.
        await BareClient.RunAsync(server.Address, backlog.Part(0.1));
        var first = await BareAsync(server, backlog);
        var ratio = await CollectorAsync(server, backlog, folder, emptyStart);
        var second = await BareAsync(server, backlog);
        var bare = (first + second) / 2;
        var peer = await RsyslogAsync(server, backlog);
        Console.WriteLine($"collector : bare client = {ratio.Rate / bare:0.00} in documents a second");
        if (peer is { } rsyslog)
        {
            Console.WriteLine($"collector : rsyslog = {ratio.Rate / rsyslog.Rate:0.00} in documents a second, "
                + $"{ratio.Cpu / rsyslog.Cpu:0.00} in CPU a document");
        }

        return 0;
    }

    private static async Task<double> BareAsync(OpenSearchServer server, Backlog backlog)
    {
        await ClearAsync(server);
        var (time, cpu) = await BareClient.RunAsync(server.Address, backlog);
        return Print("bare client, 2 connections", backlog.Documents, time, cpu).Rate;
    }

    private static async Task<(double Rate, double Cpu)> CollectorAsync(
        OpenSearchServer server, Backlog backlog, TempFolder folder, TimeSpan emptyStart)
    {
        await ClearAsync(server);
        await using var collector = await MeasuredCollector.StartAsync(folder["telemetry.db"], server.Address);
        var (time, pageMedian, pageMax) = await collector.DrainAsync(backlog.Documents);
        var use = collector.Use;
        var result = Print("collector", backlog.Documents, time, use.CpuSeconds - collector.StartCpuSeconds);
        Console.WriteLine(
            $"  started in {collector.StartTime.TotalSeconds:0.00} s ({collector.StartCpuSeconds:0.00} s of CPU, not counted "
            + "above), with an empty database in "
            + $"{emptyStart.TotalSeconds:0.00} s; at most {use.PeakBytes >> 20} MiB resident");
        Console.WriteLine(
            $"  /api/nodes meanwhile: median {pageMedian.TotalMilliseconds:0.0} ms, at most "
            + $"{pageMax.TotalMilliseconds:0.0} ms");
        var count = await CountAsync(server, "nodetelemetry-metrics-v1-*");
        Console.WriteLine(count == backlog.Documents
            ? "  every document is in the index once"
            : $"  WRONG: {count} documents are in the index");
        return result;
    }

    private static async Task<(double Rate, double Cpu)?> RsyslogAsync(OpenSearchServer server, Backlog backlog)
    {
        if (Rsyslog.Missing() is { } reason)
        {
            Console.WriteLine($"rsyslog: skipped. {reason}");
            return null;
        }

        await ClearAsync(server);
        var (time, cpu) = await Rsyslog.RunAsync(
            server.Address, backlog, () => IndexedAsync(server, Rsyslog.Index));
        return Print("rsyslog, omelasticsearch", backlog.Documents, time, cpu);
    }

    private static (double Rate, double Cpu) Print(string name, long documents, TimeSpan time, double cpuSeconds)
    {
        var rate = documents / time.TotalSeconds;
        var cpu = cpuSeconds * 1e6 / documents;
        Console.WriteLine(
            $"{name,-27} {rate,8:0} documents/s  {cpu,6:0.0} µs of its own CPU a document  {time.TotalSeconds:0.0} s");
        return (rate, cpu);
    }

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
}
