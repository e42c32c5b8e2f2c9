using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Sensors;

internal sealed partial class ChipSlot
{
    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Information, "Detected sensor {Chip} at {Place}.")]
        public static partial void Detected(ILogger logger, string chip, string place);

        [LoggerMessage(1102, LogLevel.Warning,
            "Sensor {Chip} at {Place} no longer responds. Probing every {Period}. Check for a loose cable.")]
        public static partial void Lost(ILogger logger, string chip, string place, TimeSpan period);

        [LoggerMessage(1103, LogLevel.Warning,
            "The chip at {Place} identifies itself as 0x{Other:x2}, not as a {Chip}; it is left alone.")]
        public static partial void OtherChip(ILogger logger, string place, int other, string chip);
    }
}
