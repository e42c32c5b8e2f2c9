namespace NodeTelemetry.Collector.Export.Indices;

internal sealed partial class TemplateInstaller
{
    private static partial class Log
    {
        [LoggerMessage(2420, LogLevel.Information,
            "Put version {Version} of the index template {Name} with the codec {Codec} to {Host}.")]
        public static partial void Put(ILogger logger, string name, int version, string codec, Uri host);

        [LoggerMessage(2440, LogLevel.Information,
            "The index template {Name} is version {Version}, this collector's is {Own}: it is left to the newer "
            + "collector that put it.")]
        public static partial void Newer(ILogger logger, string name, long version, int own);

        [LoggerMessage(2441, LogLevel.Warning,
            "The index template {Name} has been changed: {Differences}. It is left as it is; 'nodetelemetry-collector "
            + "opensearch setup' puts it right.")]
        public static partial void Changed(ILogger logger, string name, string differences);

        [LoggerMessage(2442, LogLevel.Warning,
            "New fields could not be added to {Pattern}, so they can only be searched for in indices made from now on: "
            + "{Response}.")]
        public static partial void FieldsNotAdded(ILogger logger, string pattern, string response);
    }
}
