using System.Globalization;
using System.Text.Json;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>Compares JSON that was sent to OpenSearch with the JSON that it returns.</summary>
/// <remarks>
/// OpenSearch adds defaults, and returns <c>"1"</c>, <c>"true"</c> and <c>10000.0</c> for <c>1</c>,
/// <c>true</c> and <c>10000</c>: none of that is a difference.
/// </remarks>
internal static class JsonDifference
{
    /// <summary>Lists the differences, one sentence each. Additional members are not differences.</summary>
    /// <param name="expected">The JSON that was sent.</param>
    /// <param name="actual">The JSON that OpenSearch returned; undefined if there is none.</param>
    /// <param name="ignored">Paths that are not compared, with dots between members.</param>
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
