using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Hosting;

internal sealed partial class StopReasonFinder
{
    private static partial class Log
    {
        [LoggerMessage(1006, LogLevel.Warning,
            "systemd could not be asked why the agent is to stop ({Bus}): {Reason}. The goodbye may say less than is "
            + "known.")]
        public static partial void CannotAsk(ILogger logger, string bus, string reason);
    }
}
