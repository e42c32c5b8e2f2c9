using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Sensors.Chips;

internal sealed partial class EnviroPlus
{
    private static partial class Log
    {
        [LoggerMessage(1151, LogLevel.Information,
            "Found an Enviro+; the heater of its gas sensor is on ({Line}). Its values mean something after ten "
            + "minutes.")]
        public static partial void Heated(ILogger logger, string line);

        [LoggerMessage(1152, LogLevel.Information,
            "Found an Enviro+; another program has the heater of its gas sensor ({Line}) and should have it on.")]
        public static partial void HeatedByOther(ILogger logger, string line);

        [LoggerMessage(1153, LogLevel.Warning,
            "Found an Enviro+, but this user may not switch the heater of its gas sensor on ({Line}), so that gases "
            + "are not measured. Add the user to the group gpio.")]
        public static partial void NotPermitted(ILogger logger, string line);

        [LoggerMessage(1154, LogLevel.Warning,
            "Found an Enviro+, but the heater of its gas sensor ({Line}) cannot be switched on ({Outcome}), so that "
            + "gases are not measured. Is there a /dev/gpiochip?")]
        public static partial void NotHeated(ILogger logger, string line, DeviceOutcome outcome);
    }
}
