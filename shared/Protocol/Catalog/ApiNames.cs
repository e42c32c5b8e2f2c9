namespace NodeTelemetry.Protocol.Catalog;

/// <summary>Derives names of the HTTP API and the history from those of Prometheus.</summary>
internal static class ApiNames
{
    /// <summary>Creates a name: <c>filesystem_size_bytes</c> becomes <c>filesystemSizeBytes</c>,
    /// followed by the values of the labels.</summary>
    public static string Create(string wireName, string name, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        var snake = name.Length == 0 ? wireName : name;
        if (snake.EndsWith("_total", StringComparison.Ordinal))
        {
            snake = snake[..^"_total".Length];
        }

        foreach (var label in labels)
        {
            snake += "_" + label.Value;
        }

        var words = snake.Split('_');
        for (var index = 1; index < words.Length; index++)
        {
            words[index] = char.ToUpperInvariant(words[index][0]) + words[index][1..];
        }

        return string.Concat(words);
    }
}
