using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Displays;

internal sealed partial class DisplayLoop
{
    private static partial class Log
    {
        [LoggerMessage(1500, LogLevel.Information, "Shows pages on the display {Name} by {Device}.")]
        public static partial void Found(ILogger logger, string name, string device);

        [LoggerMessage(1501, LogLevel.Warning,
            "The display {Name} cannot be used: {Problem}. It is tried again every {Period}; samples do not depend on "
            + "it.")]
        public static partial void Failed(ILogger logger, string name, string problem, TimeSpan period);

        [LoggerMessage(1502, LogLevel.Information, "The display {Name} works again.")]
        public static partial void Returned(ILogger logger, string name);
    }
}
