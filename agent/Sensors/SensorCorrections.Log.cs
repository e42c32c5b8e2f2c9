using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Sensors;

internal sealed partial class SensorCorrections
{
    private static partial class Log
    {
        [LoggerMessage(1071, LogLevel.Warning,
            "The gas baseline file {Path} {Problem}. --state-directory sets its directory.")]
        public static partial void FileProblem(ILogger logger, string path, string problem);
    }
}
