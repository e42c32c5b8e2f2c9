using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Sensors.Streams;

internal sealed partial class StreamSampler
{
    private static partial class Log
    {
        [LoggerMessage(1111, LogLevel.Information, "Sensor {Sensor} at {Device} has recovered.")]
        public static partial void Recovered(ILogger logger, string sensor, string device);

        [LoggerMessage(1112, LogLevel.Warning,
            "Sensor {Sensor} at {Device} no longer responds. Retrying every minute. Check its cable.")]
        public static partial void Absent(ILogger logger, string sensor, string device);

        [LoggerMessage(1113, LogLevel.Warning, "Cannot read sensor {Sensor}: another program uses {Device}.")]
        public static partial void Busy(ILogger logger, string sensor, string device);

        [LoggerMessage(1114, LogLevel.Warning,
            "Cannot read sensor {Sensor}: no permission to open {Device}. Run 'nodetelemetry-agent doctor' for the "
            + "fix.")]
        public static partial void NotPermitted(ILogger logger, string sensor, string device);

        [LoggerMessage(1115, LogLevel.Warning,
            "The data from {Device} is not that of sensor {Sensor}. Retrying every minute. Check whether another "
            + "device is connected or the sensor is faulty.")]
        public static partial void Failed(ILogger logger, string sensor, string device);
    }
}
