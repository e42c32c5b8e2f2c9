namespace NodeTelemetry.Collector.Ingest;

internal sealed partial class KernelDrops
{
    private static partial class Log
    {
        [LoggerMessage(
            2131,
            LogLevel.Warning,
            "{Path} cannot be read: {Reason} Until it can, datagrams that the kernel drops are not counted. "
            + "This is logged once.")]
        public static partial void Unreadable(ILogger logger, string path, string reason);
    }
}
