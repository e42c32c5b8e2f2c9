using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Hosting;

public sealed partial class ServiceNotifier
{
    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Warning, "Cannot notify systemd through {Socket}: {Reason}")]
        public static partial void CannotNotify(ILogger logger, string socket, string reason);
    }
}
