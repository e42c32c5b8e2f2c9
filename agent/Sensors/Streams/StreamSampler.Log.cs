using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Sensors.Streams;

internal sealed partial class StreamSampler
{
    private static partial class Log
    {
        [LoggerMessage(1111, LogLevel.Information, "The sensor {Sensor} at {Device} is heard again.")]
        public static partial void IsHeard(ILogger logger, string sensor, string device);

        [LoggerMessage(1112, LogLevel.Warning,
            "The sensor {Sensor} at {Device} does not answer any more; it is looked for every minute. Is its cable "
            + "plugged in?")]
        public static partial void IsAbsent(ILogger logger, string sensor, string device);

        [LoggerMessage(1113, LogLevel.Warning,
            "The sensor {Sensor} cannot be read: another program has {Device}.")]
        public static partial void IsBusy(ILogger logger, string sensor, string device);

        [LoggerMessage(1114, LogLevel.Warning,
            "The sensor {Sensor} cannot be read: this user may not open {Device}; 'nodetelemetry-agent doctor' says "
            + "what is missing.")]
        public static partial void IsNotPermitted(ILogger logger, string sensor, string device);

        [LoggerMessage(1115, LogLevel.Warning,
            "What comes from {Device} is not what the sensor {Sensor} gives; it is tried again every minute. Is "
            + "another device there, or is it broken?")]
        public static partial void HasFailed(ILogger logger, string sensor, string device);
    }
}
