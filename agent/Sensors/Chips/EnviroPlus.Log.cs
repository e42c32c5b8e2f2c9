using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Sensors.Chips;

internal sealed partial class EnviroPlus
{
    private static partial class Log
    {
        [LoggerMessage(1151, LogLevel.Information,
            "Detected an Enviro+. The heater of its gas sensor ({Line}) is on; it warms up for ten minutes.")]
        public static partial void Heated(ILogger logger, string line);

        [LoggerMessage(1152, LogLevel.Information,
            "Detected an Enviro+. Another program controls the heater of its gas sensor ({Line}) and must keep it "
            + "on.")]
        public static partial void HeatedByOther(ILogger logger, string line);

        [LoggerMessage(1153, LogLevel.Warning,
            "Detected an Enviro+, but there is no permission to switch on the heater of its gas sensor ({Line}). Gases "
            + "are not measured. Add the user to the group gpio.")]
        public static partial void NotPermitted(ILogger logger, string line);

        [LoggerMessage(1154, LogLevel.Warning,
            "Detected an Enviro+, but the heater of its gas sensor ({Line}) cannot be switched on ({Outcome}). Gases "
            + "are not measured. Check that /dev/gpiochip* exists.")]
        public static partial void NotHeated(ILogger logger, string line, DeviceOutcome outcome);
    }
}
