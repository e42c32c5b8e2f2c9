using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Sensors.Chips;

internal sealed partial class ChipSlot
{
    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Information, "Found the sensor {Chip} at {Place}.")]
        public static partial void Found(ILogger logger, string chip, string place);

        [LoggerMessage(1102, LogLevel.Warning,
            "The sensor {Chip} at {Place} does not answer any more; it is looked for every {Period}. Is a cable "
            + "loose?")]
        public static partial void Lost(ILogger logger, string chip, string place, TimeSpan period);

        [LoggerMessage(1103, LogLevel.Warning,
            "The chip at {Place} says that it is 0x{Other:x2} where a {Chip} would be: it is left alone.")]
        public static partial void OtherChip(ILogger logger, string place, int other, string chip);
    }
}
