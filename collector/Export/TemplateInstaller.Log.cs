namespace NodeTelemetry.Collector.Export;

internal sealed partial class TemplateInstaller
{
    private static partial class Log
    {
        [LoggerMessage(2420, LogLevel.Information, "Put the index template {Name} to {Host}.")]
        public static partial void Put(ILogger logger, string name, Uri host);
    }
}
