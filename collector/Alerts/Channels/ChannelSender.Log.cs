namespace NodeTelemetry.Collector.Alerts.Channels;

internal sealed partial class ChannelSender
{
    private static partial class Log
    {
        [LoggerMessage(
            2510,
            LogLevel.Error,
            "The alert channel {Channel} does not deliver: {Problem} {Count} notifications failed since the last such "
            + "message; {Waiting} changes are waiting and will be retried.")]
        public static partial void Failed(ILogger logger, string channel, string problem, int count, int waiting);

        [LoggerMessage(2511, LogLevel.Information, "The alert channel {Channel} delivers again.")]
        public static partial void Recovered(ILogger logger, string channel);
    }
}
