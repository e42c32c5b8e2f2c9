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
            "Metrics cannot be served at {Address}: {Reason} ({Suppressed} more times unlogged). It is tried again; "
            + "--metrics-listen says where.")]
        public static partial void CannotListen(ILogger logger, EndPoint address, string reason, int suppressed);
    }
}
