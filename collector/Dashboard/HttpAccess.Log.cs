using System.Net;

namespace NodeTelemetry.Collector.Dashboard;

internal sealed partial class HttpAccess
{
    private static partial class Log
    {
        [LoggerMessage(
            2601,
            LogLevel.Warning,
            "Refused {Count} HTTP requests; the last one was {Method} from {Address}, status {Status}.")]
        public static partial void Refused(ILogger logger, int count, string method, IPAddress? address, int status);
    }
}
