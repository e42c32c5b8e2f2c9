using System.Text.Encodings.Web;
using System.Text.Json;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Export.Documents;

/// <summary>The names of labels as fields: few enough, and none that OpenSearch could not keep.</summary>
/// <remarks>For one thread.</remarks>
internal sealed class LabelNames(ExportMetrics metrics)
{
    // Each label name becomes a field of the index, of which OpenSearch allows 1000: an inventive sender must not use
    // them up.
    private const int CountMax = 256;

    private readonly Dictionary<string, JsonEncodedText?> _names = [];

    /// <summary>Writes labels, and counts those that are left out.</summary>
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
                metrics.LabelsDropped.Add();
            }
        }
    }

    // Two labels that differ only in a point would make a document that OpenSearch refuses for its repeated field.
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

    // A point would make an object, and "rack" and "rack.row" together a conflict that poisons every document after the
    // first.
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
