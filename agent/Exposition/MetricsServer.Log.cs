using System.Net;
using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Exposition;

internal sealed partial class MetricsServer
{
    private static partial class Log
    {
        [LoggerMessage(1401, LogLevel.Information, "Serving metrics at http://{Address}/metrics.")]
        public static partial void Listening(ILogger logger, EndPoint address);

        [LoggerMessage(1402, LogLevel.Error,
            "Cannot serve metrics at {Address} (--metrics-listen): {Reason} ({Suppressed} similar suppressed). Will "
            + "retry.")]
        public static partial void CannotListen(ILogger logger, EndPoint address, string reason, int suppressed);
    }
}
