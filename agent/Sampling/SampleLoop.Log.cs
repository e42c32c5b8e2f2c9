using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Sampling;

internal sealed partial class SampleLoop
{
    private static partial class Log
    {
        [LoggerMessage(1211, LogLevel.Warning,
            "{Count} sections were left out of datagrams, because each alone is longer than {BytesMax} bytes.")]
        public static partial void SectionDropped(ILogger logger, long count, int bytesMax);
    }
}
