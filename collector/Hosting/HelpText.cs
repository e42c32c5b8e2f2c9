namespace NodeTelemetry.Collector.Hosting;

/// <summary>Writes what <c>--help</c> shows.</summary>
internal static class HelpText
{
    /// <summary>Writes the commands and every option with its default and range.</summary>
    public static void Write(TextWriter writer, IReadOnlyList<OptionDefinition> definitions)
    {
        writer.WriteLine(
            """
            nodetelemetry-collector: hears every node, keeps state and history, serves the live page.

            usage: nodetelemetry-collector [run] [options]
                   nodetelemetry-collector test-alert [CHANNEL…]   send a test through the alert channels
                   nodetelemetry-collector dead-letters VERB   list, export, replay or drop rejected documents
                   nodetelemetry-collector opensearch check   look at OpenSearch, change nothing, say what to do
                   nodetelemetry-collector opensearch setup   put templates, policy, alerting monitor and dashboards

              --config FILE     read options from this JSON file (besides appsettings.json beside the program)
              --check-config    say what is wrong with the configuration, and exit
              --version         print the version, and exit
              --help            print this, and exit

            Options may stand in a file ("Http": { "Port": 8077 }), in the environment (NODETELEMETRY_HTTP__PORT=8077)
            or on the command line (--http-port 8077); the last one wins. Durations: 500ms, 2s, 5m, 1h, 7d.

            """);
        foreach (var option in definitions)
        {
            writer.WriteLine($"  {option.Switch}  ({option.Key})");
            writer.WriteLine($"      {option.Help}");
            writer.WriteLine(
                $"      Default {(option.Default.Length == 0 ? "none" : option.Default)}; {option.Range}.");
        }
    }
}
