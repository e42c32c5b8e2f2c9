using System.Text;
using System.Text.Json;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export.Documents;
using NodeTelemetry.Collector.Export.Indices;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export.Documents;

public sealed class BulkRequestWriterTests : IDisposable
{
    private readonly CollectorMetrics _metrics = new();
    private readonly BulkRequestWriter _writer;

    public BulkRequestWriterTests() => _writer = new BulkRequestWriter(new ExportSettings { Observer = "collector-host" }, _metrics);

    // The whole of what is sent: compared with a file that a person has looked at.
    [Fact]
    public void Lines_match_the_golden_file()
    {
        var wild = Readings.Full(8, time: new DateTimeOffset(1970, 1, 1, 0, 0, 5, TimeSpan.Zero));
        var body = Encode(Readings.Full()) + Encode(wild) + Encode(Readings.Legacy(), "fe80::1%eth0");
        Golden("bulk/all-fields.ndjson", body);
    }

    [Fact]
    public void Template_matches_the_golden_file() =>
        Golden(
            "golden/index-template.json",
            Encoding.UTF8.GetString(
                IndexTemplate.Metrics(IndexNaming.Daily).Create("best_compression", indented: true)) + "\n");

    [Fact]
    public void Every_written_field_is_in_the_template()
    {
        using var template = JsonDocument.Parse(IndexTemplate.Metrics(IndexNaming.Daily).Create(null));
        var properties = template.RootElement.GetProperty("template").GetProperty("mappings").GetProperty("properties");
        var written = new List<string>();
        using var document = JsonDocument.Parse(Encode(Readings.Full()).Split('\n')[1]);
        Walk(document.RootElement, properties, string.Empty, written);
        foreach (var reading in ReadingCatalog.Scalars)
        {
            Assert.Contains(reading.FieldName, written);
        }
    }

    // Each section's entries, an event and a state: no field is missing in the template, and none is written twice.
    [Fact]
    public void Every_field_of_every_kind_of_document_is_in_the_template()
    {
        using var template = JsonDocument.Parse(IndexTemplate.Metrics(IndexNaming.Daily).Create(null));
        var properties = template.RootElement.GetProperty("template").GetProperty("mappings").GetProperty("properties");
        foreach (var line in Every().Split('\n').Where(static line => line.StartsWith("{\"@", StringComparison.Ordinal)))
        {
            var written = new List<string>();
            using var document = JsonDocument.Parse(line);
            Walk(document.RootElement, properties, string.Empty, written);
            Assert.Equal(written.Count, written.Distinct().Count());
        }
    }

    [Fact]
    public void Entries_events_and_states_match_the_golden_file() => Golden("bulk/every-kind.ndjson", Every());

    [Fact]
    public void Entries_have_distinct_identities_that_are_the_same_in_every_collector()
    {
        string[] Ids() =>
        [
            .. Every().Split('\n').Where(static line => line.StartsWith("{\"create", StringComparison.Ordinal))
                .Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("create").GetProperty("_id").GetString()!),
        ];
        Assert.Equal(Ids().Length, Ids().Distinct().Count());
        Assert.Equal(Ids(), Ids());
    }

    [Fact]
    public void Sections_become_documents_only_if_configured()
    {
        var settings = new ExportSettings { Indices = new() { EntryDocuments = ["disk"] } };
        using var writer = new BulkRequestWriter(settings, _metrics);
        Assert.Equal(
            ["disk"], SectionCatalog.All.Where(writer.HasDocuments).Select(static section => section.Key));
    }

    [Fact]
    public void Identity_and_index_do_not_depend_on_the_collector_or_the_time()
    {
        using var other = new BulkRequestWriter(new ExportSettings(), new CollectorMetrics());
        var one = Readings.Full();
        var later = one with { ReceivedAt = one.ReceivedAt.AddHours(20) };
        Assert.Equal(
            Encode(one).Split('\n')[0],
            Encoding.UTF8.GetString(other.Encode(later, Readings.Status(later))).Split('\n')[0]);
    }

    [Theory]
    [InlineData(-7 * 24 * 60, "2026.10.27")]
    [InlineData((-7 * 24 * 60) - 1, "2026.11.03")]
    [InlineData(24 * 60, "2026.11.04")]
    [InlineData((24 * 60) + 1, "2026.11.03")]
    public void Wild_clock_is_replaced_by_the_time_of_arrival_and_kept_beside(int minutes, string day)
    {
        var sent = Readings.Now.AddMinutes(minutes);
        var lines = Encode(Readings.Full(time: sent)).Split('\n');
        Assert.Contains($"nodetelemetry-metrics-v1-{day}\"", lines[0], StringComparison.Ordinal);
        var isReplaced = day == "2026.11.03";
        using var document = JsonDocument.Parse(lines[1]);
        Assert.Equal(
            isReplaced ? Readings.Now : sent, document.RootElement.GetProperty("@timestamp").GetDateTimeOffset());
        Assert.Equal(
            isReplaced, document.RootElement.GetProperty("nodetelemetry").TryGetProperty("sender_time", out _));
        Assert.Equal(isReplaced ? 1 : 0, _metrics.Export.ClocksReplaced.Value);
    }

    [Fact]
    public void Identities_differ_in_time_node_run_sequence_and_part()
    {
        var one = Readings.Full();
        var header = one.Snapshot.Header!;
        var headers = new[]
        {
            header,
            header with { TimeMilliseconds = header.TimeMilliseconds + 1 },
            header with { Node = "9f3c2a1b00c0ffef" },
            header with { Run = 1 },
            header with { Sequence = 8 },
            header with { Part = new(1, 2) },
        };
        var ids = headers.Select(changed =>
        {
            var id = new byte[DocumentId.LengthMax];
            return Encoding.UTF8.GetString(id, 0, DocumentId.Write(changed.Node, changed, 0, null, null, id));
        }).ToHashSet();
        Assert.Equal(headers.Length, ids.Count);
        Assert.All(ids, static id => Assert.Matches("^[A-Za-z0-9_-]{32}$", id));
    }

    [Fact]
    public void Sender_of_many_labels_cannot_exhaust_the_fields_of_the_index()
    {
        var one = Readings.Full();
        var names = new HashSet<string>();
        for (var number = 0; number < 400; number++)
        {
            var snapshot = one.Snapshot with { Labels = [new($"label-{number}", "x")] };
            using var document = JsonDocument.Parse(Encode(one with { Snapshot = snapshot }).Split('\n')[1]);
            names.UnionWith(
                document.RootElement.GetProperty("labels").EnumerateObject().Select(static label => label.Name));
        }

        Assert.Equal(256, names.Count);
        Assert.Equal(144, _metrics.Export.LabelsDropped.Value);
    }

    [Fact]
    public void Labels_with_the_same_field_name_are_written_once()
    {
        var one = Readings.Full();
        var snapshot = one.Snapshot with { Labels = [new("a.b", "1"), new("a_b", "2"), new(".", "3")] };
        var written = Encode(one with { Snapshot = snapshot });
        Assert.Contains("\"labels\":{\"a_b\":\"1\",\"_\":\"3\"}", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Encoding_allocates_nothing()
    {
        var reading = Readings.Full();
        var status = Readings.Status(reading);
        for (var warm = 0; warm < 100; warm++)
        {
            _writer.Encode(reading, status);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < 100; number++)
        {
            _writer.Encode(reading, status);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    public void Dispose() => _writer.Dispose();

    private static void Golden(string name, string actual)
    {
        var path = RepositoryRoot.Fixture(name.Split('/'));
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }

    private static void Walk(JsonElement value, JsonElement properties, string path, List<string> written)
    {
        foreach (var field in value.EnumerateObject())
        {
            var name = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            Assert.True(properties.TryGetProperty(field.Name, out var mapping), $"{name} is not in the template.");
            if (field.Value.ValueKind == JsonValueKind.Object && mapping.TryGetProperty("properties", out var inner))
            {
                Walk(field.Value, inner, name, written);
            }
            else
            {
                Assert.True(mapping.TryGetProperty("type", out _), $"{name} is an object in the template.");
                written.Add(name);
            }
        }
    }

    private string Every()
    {
        var accepted = Readings.Full();
        accepted = accepted with { Snapshot = accepted.Snapshot with { Sections = FilledSections.All } };
        var status = Readings.Status(accepted);
        var text = new StringBuilder(Encoding.UTF8.GetString(_writer.Encode(accepted, status)));
        foreach (var section in FilledSections.All.Where(static section => section.Definition.HasNamedEntries))
        {
            for (var entry = 0; entry < section.EntryCount; entry++)
            {
                text.Append(Encoding.UTF8.GetString(
                    _writer.Encode(accepted, status, section.Definition, section[entry])));
            }
        }

        text.Append(Encoding.UTF8.GetString(_writer.Encode(Readings.Lost(accepted))));
        text.Append(Encoding.UTF8.GetString(_writer.EncodeState(status, 1_762_164_000_250, Readings.Now.AddMinutes(1))));
        return text.ToString();
    }

    private string Encode(AcceptedSnapshot accepted, string? address = "10.77.0.11") =>
        Encoding.UTF8.GetString(_writer.Encode(accepted, Readings.Status(accepted, address)));
}
