namespace NodeTelemetry.Collector.Hosting;

/// <summary>What a person needs to know of one option.</summary>
/// <param name="Key">Its key in files, such as <c>Http:Port</c>; in the environment
/// <c>NODETELEMETRY_HTTP__PORT</c>.</param>
/// <param name="Default">Its default, as it would be written.</param>
/// <param name="Range">What is accepted, in words.</param>
/// <param name="Help">What it does, in a sentence.</param>
internal sealed record OptionDefinition(string Key, string Default, string Range, string Help)
{
    /// <summary>Gets the option on the command line: <c>--http-port</c>. OpenSearch is one word there.</summary>
    public string Switch
    {
        get
        {
            var text = new System.Text.StringBuilder("--");
            for (var index = 0; index < Key.Length; index++)
            {
                var character = Key[index];
                if (character == ':')
                {
                    text.Append('-');
                    continue;
                }

                if (char.IsUpper(character) && index > 0 && Key[index - 1] != ':')
                {
                    text.Append('-');
                }

                text.Append(char.ToLowerInvariant(character));
            }

            return text.Replace("open-search", "opensearch").ToString();
        }
    }
}
