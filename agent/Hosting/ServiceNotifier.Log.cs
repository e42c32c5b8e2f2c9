using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Hosting;

internal sealed partial class ServiceNotifier
{
    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Warning, "Cannot tell systemd how the service is ({Socket}): {Reason}")]
        public static partial void CannotNotify(ILogger logger, string socket, string reason);
    }
}
