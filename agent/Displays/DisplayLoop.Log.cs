using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Displays;

internal sealed partial class DisplayLoop
{
    private static partial class Log
    {
        [LoggerMessage(1500, LogLevel.Information, "Showing pages on the display {Name} at {Device}.")]
        public static partial void Found(ILogger logger, string name, string device);

        [LoggerMessage(1501, LogLevel.Warning,
            "The display {Name} cannot be used: {Problem}. Retrying every {Period}; samples are not affected.")]
        public static partial void Failed(ILogger logger, string name, string problem, TimeSpan period);

        [LoggerMessage(1502, LogLevel.Information, "The display {Name} works again.")]
        public static partial void Returned(ILogger logger, string name);
    }
}
