using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Sensors;

internal sealed partial class SensorCorrections
{
    private static partial class Log
    {
        [LoggerMessage(1071, LogLevel.Warning,
            "The file of gas baselines {Path} {Problem}. --state-directory says where it is.")]
        public static partial void FileProblem(ILogger logger, string path, string problem);
    }
}
