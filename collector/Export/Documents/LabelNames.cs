using System.Text.Encodings.Web;
using System.Text.Json;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Export.Documents;

/// <summary>Turns the names of labels into field names that OpenSearch accepts, up to a limit.</summary>
/// <remarks>For one thread.</remarks>
internal sealed class LabelNames(ExportMetrics metrics)
{
    // Each label name becomes a field of the index, which OpenSearch limits to 1000:
    // a sender of arbitrary labels must not exhaust them.
    private const int CountMax = 256;

    private readonly Dictionary<string, JsonEncodedText?> _names = [];

    /// <summary>Writes labels, and counts those that are omitted.</summary>
    public void Write(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        for (var index = 0; index < labels.Count; index++)
        {
            if (Find(labels[index].Key) is { } name && !IsRepeated(labels, index, name))
            {
                json.WriteString(name, labels[index].Value);
            }
            else
            {
                metrics.LabelsDropped.Inc();
            }
        }
    }

    // OpenSearch rejects a document with a repeated field: two labels may differ only in a dot.
    private bool IsRepeated(IReadOnlyList<KeyValuePair<string, string>> labels, int count, JsonEncodedText name)
    {
        for (var index = 0; index < count; index++)
        {
            if (Find(labels[index].Key) is { } other && other.Equals(name))
            {
                return true;
            }
        }

        return false;
    }

    // A dot would create an object, and "rack" and "rack.row" together a conflict that causes every later document
    // to be rejected.
    private JsonEncodedText? Find(string name)
    {
        if (!_names.TryGetValue(name, out var label))
        {
            if (_names.Count >= CountMax)
            {
                return null;
            }

            var clean = name.Replace('.', '_').Trim();
            label = clean.Length == 0
                ? null
                : JsonEncodedText.Encode(clean, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
            _names.Add(name, label);
        }

        return label;
    }
}
