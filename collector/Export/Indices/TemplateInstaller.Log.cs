namespace NodeTelemetry.Collector.Export.Indices;

internal sealed partial class TemplateInstaller
{
    private static partial class Log
    {
        [LoggerMessage(2420, LogLevel.Information,
            "Installed version {Version} of the index template {Name} with the codec {Codec} on {Host}.")]
        public static partial void Put(ILogger logger, string name, int version, string codec, Uri host);

        [LoggerMessage(2440, LogLevel.Information,
            "The index template {Name} has version {Version}, newer than this collector's version {Expected}; it is "
            + "kept.")]
        public static partial void Newer(ILogger logger, string name, long version, int expected);

        [LoggerMessage(2441, LogLevel.Warning,
            "The index template {Name} has been changed: {Differences}. It is kept; 'nodetelemetry-collector "
            + "opensearch setup' restores it.")]
        public static partial void Changed(ILogger logger, string name, string differences);

        [LoggerMessage(2442, LogLevel.Warning,
            "New fields could not be added to {Pattern}, so they can only be searched in indices created later: "
            + "{Response}.")]
        public static partial void FieldsNotAdded(ILogger logger, string pattern, string response);
    }
}
