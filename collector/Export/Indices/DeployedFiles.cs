namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>Files of <c>deploy/opensearch</c> that are embedded in the program.</summary>
internal static class DeployedFiles
{
    /// <summary>Reads the saved objects for OpenSearch Dashboards.</summary>
    public static string Dashboards() => Read("dashboards.ndjson");

    /// <summary>Reads the alerting monitor.</summary>
    public static string Monitor() => Read("monitor-node-loss.json");

    private static string Read(string name)
    {
        using var stream = typeof(DeployedFiles).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program was built without {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
