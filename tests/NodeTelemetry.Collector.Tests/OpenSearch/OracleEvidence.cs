using System.Collections.Concurrent;
using System.Text.Json;

namespace NodeTelemetry.Collector.Tests.OpenSearch;

/// <summary>The responses that the collector received: they prove that a fault took effect.</summary>
internal sealed class OracleEvidence
{
    private readonly ConcurrentDictionary<string, int> _seen = [];

    /// <summary>Counts responses of a kind.</summary>
    /// <param name="what">
    /// <c>0</c> for a broken connection, <c>413</c> for the status of a request, <c>429 its_error</c> with the error's
    /// type, <c>item 429 its_error</c> for that of a document, <c>201 beside 429</c> for two in one response.
    /// </param>
    public int Count(string what) => _seen.GetValueOrDefault(what);

    /// <summary>Records a response.</summary>
    public void Note(int status, byte[] body)
    {
        Add($"{status}");
        if (body.Length == 0 || body[0] != (byte)'{')
        {
            return;
        }

        using var answer = JsonDocument.Parse(body);
        if (answer.RootElement.TryGetProperty("error", out var error))
        {
            Add($"{status} {TypeOf(error)}");
        }

        if (!answer.RootElement.TryGetProperty("items", out var items))
        {
            return;
        }

        var all = items.EnumerateArray().Select(static item => item.EnumerateObject().Single().Value).ToList();
        foreach (var item in all)
        {
            Add(item.TryGetProperty("error", out var its)
                ? $"item {StatusOf(item)} {TypeOf(its)}"
                : $"item {StatusOf(item)}");
        }

        var statuses = all.Select(StatusOf).Distinct().Where(static other => other != 201).ToList();
        if (all.Exists(static item => StatusOf(item) == 201))
        {
            statuses.ForEach(other => Add($"201 beside {other}"));
        }
    }

    public override string ToString() => string.Join(
        ", ", _seen.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}: {pair.Value}"));

    private static int StatusOf(JsonElement item) => item.GetProperty("status").GetInt32();

    private static string? TypeOf(JsonElement error) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty("type", out var type) ? type.GetString() : null;

    private void Add(string what) => _seen.AddOrUpdate(what, 1, static (_, count) => count + 1);
}
