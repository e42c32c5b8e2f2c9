using System.Text;
using System.Text.Json;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.OpenSearch;

/// <summary>Records which documents were durably accepted, and checks that the index has each of them once.</summary>
internal sealed class Oracle
{
    // Events are documents as well; unlike readings, they have no sequence.
    private const string Indices = "nodetelemetry-metrics-v1-*,nodetelemetry-events-*";

    private readonly HashSet<string> _accepted = [];

    /// <summary>Gets the number of documents found in the outbox.</summary>
    public int Accepted => _accepted.Count;

    /// <summary>Reads the identities of bulk lines.</summary>
    public static IEnumerable<string> Identities(byte[] lines)
    {
        foreach (var line in Encoding.UTF8.GetString(lines).Split('\n').Where(static (_, index) => index % 2 == 0))
        {
            if (line.Length > 0)
            {
                using var action = JsonDocument.Parse(line);
                yield return action.RootElement.GetProperty("create").GetProperty("_id").GetString()!;
            }
        }
    }

    /// <summary>Records documents of the outbox: they were accepted and must reach the index.</summary>
    public void Note(IEnumerable<string> identities) => _accepted.UnionWith(identities);

    /// <summary>
    /// Every accepted document is in the index, no reading is there twice, and only readings that were under way when the
    /// collector was killed are missing: at most one gap per node and kill.
    /// </summary>
    /// <returns>The number of readings.</returns>
    public async Task<int> CheckAsync(OpenSearchServer server, int kills)
    {
        await server.AskAsync(HttpMethod.Post, $"{Indices}/_refresh");
        var found = new HashSet<string>();
        var readings = new HashSet<(string Node, long Sequence)>();
        var documents = 0;
        var sequenced = 0;
        await foreach (var (id, node, sequence) in ReadAsync(server))
        {
            documents++;
            found.Add(id);
            if (sequence is { } number)
            {
                sequenced++;
                readings.Add((node, number));
            }
        }

        Assert.Empty(_accepted.Except(found));
        Assert.Equal(documents, found.Count);
        Assert.Equal(sequenced, readings.Count);
        foreach (var node in readings.GroupBy(static reading => reading.Node))
        {
            var sequences = node.Select(static reading => reading.Sequence).Order().ToArray();
            var gaps = sequences.Zip(sequences.Skip(1)).Count(static pair => pair.Second != pair.First + 1);
            Assert.InRange(gaps, 0, kills);
        }

        return sequenced;
    }

    private static async IAsyncEnumerable<(string Id, string Node, long? Sequence)> ReadAsync(OpenSearchServer server)
    {
        var page = await server.AskAsync(
            HttpMethod.Post,
            $"{Indices}/_search?scroll=2m",
            """{"size":10000,"sort":["_doc"],"_source":["host.id","event.sequence"]}""");
        while (page.GetProperty("hits").GetProperty("hits") is var hits && hits.GetArrayLength() > 0)
        {
            Assert.Equal(0, page.GetProperty("_shards").GetProperty("failed").GetInt32());
            foreach (var hit in hits.EnumerateArray())
            {
                var source = hit.GetProperty("_source");
                yield return (
                    hit.GetProperty("_id").GetString()!,
                    source.TryGetProperty("host", out var host) && host.TryGetProperty("id", out var node)
                        ? node.GetString()!
                        : string.Empty,
                    source.TryGetProperty("event", out var raised) && raised.TryGetProperty("sequence", out var number)
                        ? number.GetInt64()
                        : null);
            }

            var scroll = page.GetProperty("_scroll_id").GetString();
            page = await server.AskAsync(
                HttpMethod.Post, "_search/scroll", $$"""{"scroll":"2m","scroll_id":"{{scroll}}"}""");
        }
    }
}
