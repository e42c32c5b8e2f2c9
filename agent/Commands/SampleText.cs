using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Commands;

/// <summary>Writes a sample for people: one JSON object over several lines, however many datagrams it takes.</summary>
internal static class SampleText
{
    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes a sample.</summary>
    /// <param name="snapshot">The sample.</param>
    public static string Write(NodeSnapshot snapshot)
    {
        using var encoder = new SnapshotEncoder();
        var datagrams = new ReadOnlyMemory<byte>[encoder.Encode(snapshot)];
        for (var index = 0; index < datagrams.Length; index++)
        {
            datagrams[index] = encoder.Datagram(index);
        }

        return Write(datagrams);
    }

    /// <summary>Writes the datagrams of a sample as one object.
    /// Members that each datagram repeats are written once. The entries of a section that was split
    /// over several datagrams are merged.</summary>
    /// <param name="datagrams">All datagrams of the sample, in their order.</param>
    public static string Write(IReadOnlyList<ReadOnlyMemory<byte>> datagrams)
    {
        var documents = new List<JsonDocument>();
        using var output = new MemoryStream();
        try
        {
            var names = new List<string>();
            var values = new Dictionary<string, List<JsonElement>>();
            foreach (var datagram in datagrams)
            {
                documents.Add(JsonDocument.Parse(datagram));
                Collect(documents[^1].RootElement, names, values);
            }

            if (datagrams.Count > 1)
            {
                // The merged object is the whole sample.
                names.Remove("part");
            }

            using var writer = new Utf8JsonWriter(output, Indented);
            WriteMembers(writer, names, values);
        }
        finally
        {
            documents.ForEach(static document => document.Dispose());
        }

        return Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length);
    }

    private static void WriteMembers(
        Utf8JsonWriter writer, List<string> names, Dictionary<string, List<JsonElement>> values)
    {
        writer.WriteStartObject();
        foreach (var name in names)
        {
            writer.WritePropertyName(name);
            if (values[name] is { Count: > 1 } objects && objects[0].ValueKind == JsonValueKind.Object)
            {
                var entries = new List<string>();
                var parts = new Dictionary<string, List<JsonElement>>();
                objects.ForEach(one => Collect(one, entries, parts));
                WriteMembers(writer, entries, parts);
            }
            else
            {
                values[name][0].WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private static void Collect(JsonElement from, List<string> names, Dictionary<string, List<JsonElement>> values)
    {
        foreach (var member in from.EnumerateObject())
        {
            if (!values.TryGetValue(member.Name, out var all))
            {
                names.Add(member.Name);
                values.Add(member.Name, all = []);
            }

            all.Add(member.Value);
        }
    }
}
