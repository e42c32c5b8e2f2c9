using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Displays;

internal sealed partial class DisplayHost
{
    private static partial class Log
    {
        [LoggerMessage(1503, LogLevel.Warning, "The display of --display was not found: {Missing}.")]
        public static partial void Missing(ILogger logger, string missing);
    }
}
