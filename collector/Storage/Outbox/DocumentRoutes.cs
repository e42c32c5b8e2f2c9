using System.Text.Json;
using System.Text.Json.Serialization;

namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>The routes of a batch's documents, in their order, stored next to the lines.</summary>
/// <remarks>The documents of one sample follow each other, so a run of equal routes is kept once.</remarks>
internal sealed partial class DocumentRoutes
{
    private const int RunLength = 3;

    private readonly List<(DocumentRoute Route, int Documents)> _runs = [];

    /// <summary>Gets the runs of equal routes.</summary>
    public IReadOnlyList<(DocumentRoute Route, int Documents)> Runs => _runs;

    /// <summary>Gets the number of documents.</summary>
    public int Documents { get; private set; }

    /// <summary>Creates the routes of several documents.</summary>
    public static DocumentRoutes Create(IEnumerable<DocumentRoute> documents)
    {
        var routes = new DocumentRoutes();
        foreach (var route in documents)
        {
            routes.Add(route);
        }

        return routes;
    }

    /// <summary>Reads the column <c>routes</c>.</summary>
    /// <exception cref="InvalidDataException">It is not what was written.</exception>
    public static DocumentRoutes FromJson(string json)
    {
        var routes = new DocumentRoutes();
        try
        {
            var stored = JsonSerializer.Deserialize(json, RouteJson.Default.StoredRoutes);
            foreach (var run in (stored?.Runs ?? []).Chunk(RunLength))
            {
                var node = run[1] < 0 ? null : stored!.Names[run[1]];
                routes.Add(new DocumentRoute(stored!.Names[run[0]], node), run[2]);
            }
        }
        catch (Exception exception) when (exception is JsonException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("Its routes cannot be read.", exception);
        }

        return routes;
    }

    /// <summary>
    /// Reads routes from the lines themselves: of rows from before schema version 10, and of dead letters.
    /// </summary>
    /// <param name="lines">An action line and a document line for each document.</param>
    public static DocumentRoutes Parse(ReadOnlySpan<byte> lines)
    {
        var routes = new DocumentRoutes();
        while (!lines.IsEmpty)
        {
            // JSON has no line feed inside.
            var middle = lines.IndexOf((byte)'\n') + 1;
            var end = middle + lines[middle..].IndexOf((byte)'\n') + 1;
            end = middle > 0 && end > middle ? end : lines.Length;
            var index = ReadText(lines[..middle], "create"u8, "_index"u8);
            var node = ReadText(lines[middle..end], "host"u8, "id"u8);
            routes.Add(new DocumentRoute(index ?? string.Empty, node));
            lines = lines[end..];
        }

        return routes;
    }

    /// <summary>Adds documents of one route.</summary>
    public void Add(DocumentRoute route, int documents = 1)
    {
        Documents += documents;
        if (_runs.Count > 0 && _runs[^1].Route == route)
        {
            _runs[^1] = (route, _runs[^1].Documents + documents);
        }
        else
        {
            _runs.Add((route, documents));
        }
    }

    /// <summary>Gets the route of each document.</summary>
    public DocumentRoute[] ToArray() =>
        [.. _runs.SelectMany(static run => Enumerable.Repeat(run.Route, run.Documents))];

    /// <summary>Writes the column <c>routes</c>.</summary>
    public string ToJson()
    {
        var names = new OrderedDictionary<string, int>(StringComparer.Ordinal);
        var runs = new int[_runs.Count * RunLength];
        for (var index = 0; index < _runs.Count; index++)
        {
            var (route, documents) = _runs[index];
            runs[index * RunLength] = Number(names, route.Index);
            runs[(index * RunLength) + 1] = route.Node is null ? -1 : Number(names, route.Node);
            runs[(index * RunLength) + 2] = documents;
        }

        return JsonSerializer.Serialize(new StoredRoutes([.. names.Keys], runs), RouteJson.Default.StoredRoutes);
    }

    private static int Number(OrderedDictionary<string, int> names, string name)
    {
        names.TryAdd(name, names.Count);
        return names[name];
    }

    private static string? ReadText(ReadOnlySpan<byte> json, ReadOnlySpan<byte> outer, ReadOnlySpan<byte> inner)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            return Find(ref reader, outer) && Find(ref reader, inner) && reader.TokenType == JsonTokenType.String
                ? reader.GetString()
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // From the start of an object to the value of one of its properties.
    private static bool Find(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isFound = reader.ValueTextEquals(name);
            reader.Read();
            if (isFound)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    /// <summary>The JSON of the column.</summary>
    /// <param name="Names">Indices and nodes.</param>
    /// <param name="Runs">For each run: the positions of index and node (-1 for none) in the names,
    /// then the number of documents.</param>
    private sealed record StoredRoutes(string[] Names, int[] Runs);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(StoredRoutes))]
    private sealed partial class RouteJson : JsonSerializerContext;
}
