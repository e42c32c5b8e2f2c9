using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Sampling;

internal sealed partial class SampleLoop
{
    private static partial class Log
    {
        [LoggerMessage(1211, LogLevel.Warning,
            "{Count} sections or entries were left out of a sample: alone longer than {BytesMax} bytes, or beyond "
            + "{PartsMax} datagrams ({Suppressed} more samples unlogged).")]
        public static partial void SectionDropped(
            ILogger logger, long count, int bytesMax, int partsMax, int suppressed);
    }
}
