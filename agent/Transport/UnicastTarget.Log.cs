using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Transport;

internal sealed partial class UnicastTarget
{
    private static partial class Log
    {
        [LoggerMessage(1311, LogLevel.Warning,
            "Cannot look up the target {Host}: {Reason}. Trying again every {Period} "
            + "({Suppressed} more times unlogged).")]
        public static partial void CannotResolve(
            ILogger logger, string host, string reason, TimeSpan period, int suppressed);
    }
}
