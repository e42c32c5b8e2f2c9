using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Transport;

internal sealed partial class UnicastTarget
{
    private static partial class Log
    {
        [LoggerMessage(1311, LogLevel.Warning,
            "Cannot resolve the target {Host}: {Reason}. Retrying in {Delay}, then less often, at least every 10 s "
            + "({Suppressed} similar messages suppressed).")]
        public static partial void CannotResolve(
            ILogger logger, string host, string reason, TimeSpan delay, int suppressed);
    }
}
