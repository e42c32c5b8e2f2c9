namespace NodeTelemetry.Collector.Dashboard;

internal sealed partial class HttpCertificate
{
    private static partial class Log
    {
        [LoggerMessage(
            2602,
            LogLevel.Information,
            "The certificate {Path} has changed and is used for new connections; it is valid until {NotAfter:u}.")]
        public static partial void Reloaded(ILogger logger, string path, DateTime notAfter);

        [LoggerMessage(
            2603,
            LogLevel.Error,
            "The certificate {Path} has changed and cannot be used with its key: {Problem} The previous one stays "
            + "in use. Repair the files; they are reloaded when they change.")]
        public static partial void NotReloaded(ILogger logger, string path, string problem);
    }
}
