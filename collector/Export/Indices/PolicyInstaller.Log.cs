namespace NodeTelemetry.Collector.Export.Indices;

internal sealed partial class PolicyInstaller
{
    private static partial class Log
    {
        [LoggerMessage(2443, LogLevel.Information, "Installed the policy {Name}: {Description}.")]
        public static partial void Put(ILogger logger, string name, string description);
    }
}
