using System.Globalization;
using System.Text.Json;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>Compares what was put into OpenSearch with what it says is there.</summary>
/// <remarks>
/// OpenSearch adds defaults and answers <c>"1"</c> and <c>"true"</c> where <c>1</c> and <c>true</c> were given,
/// and <c>10000.0</c> for <c>10000</c>: none of that is a difference.
/// </remarks>
internal static class JsonDifference
{
    /// <summary>Lists what of the expected is not so, a sentence each: what more there is does not count.</summary>
    /// <param name="expected">What was put.</param>
    /// <param name="actual">What is there; undefined for nothing.</param>
    /// <param name="ignored">Paths that are not compared, separated by points.</param>
    public static List<string> Find(JsonElement expected, JsonElement actual, params ReadOnlySpan<string> ignored)
    {
        var found = new List<string>();
        Compare(expected, actual, string.Empty, ignored, found);
        return found;
    }

    private static void Compare(
        JsonElement expected, JsonElement actual, string path, ReadOnlySpan<string> ignored, List<string> found)
    {
        if (ignored.Contains(path))
        {
            return;
        }

        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in expected.EnumerateObject())
                {
                    var name = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
                    Compare(property.Value, Member(actual, property.Name), name, ignored, found);
                }

                break;
            case JsonValueKind.Array:
                var count = actual.ValueKind == JsonValueKind.Array ? actual.GetArrayLength() : 0;
                if (count != expected.GetArrayLength())
                {
                    found.Add($"{path} is {Text(actual)}, not {Text(expected)}");
                    break;
                }

                for (var index = 0; index < count; index++)
                {
                    Compare(expected[index], actual[index], $"{path}[{index}]", ignored, found);
                }

                break;
            default:
                if (!AreSame(Text(expected), Text(actual)))
                {
                    found.Add($"{path} is {Text(actual)}, not {Text(expected)}");
                }

                break;
        }
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static bool AreSame(string one, string other) =>
        one == other
        || (double.TryParse(one, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.TryParse(other, NumberStyles.Float, CultureInfo.InvariantCulture, out var second)
            && number.Equals(second));

    private static string Text(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Undefined => "missing",
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => element.GetRawText(),
    };
}
