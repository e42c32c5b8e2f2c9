namespace NodeTelemetry.Collector.Nodes;

internal sealed partial class HealthLog
{
    private static partial class Log
    {
        [LoggerMessage(2208, LogLevel.Warning, "{Count} more changes of health within {Window} were not logged.")]
        public static partial void Suppressed(ILogger logger, int count, TimeSpan window);

        [LoggerMessage(
            2201, LogLevel.Information, "Node {Hostname} ({Id}) at {Address} joined; it sends every {Interval}.")]
        public static partial void Joined(
            ILogger logger, string hostname, string id, string? address, TimeSpan interval);

        [LoggerMessage(2202, LogLevel.Debug, "Node {Hostname} ({Id}) is late: it promised to send every {Interval}.")]
        public static partial void Late(ILogger logger, string hostname, string id, TimeSpan interval);

        [LoggerMessage(2203, LogLevel.Debug, "Node {Hostname} ({Id}) is no longer late.")]
        public static partial void Recovered(ILogger logger, string hostname, string id);

        [LoggerMessage(
            2204, LogLevel.Warning, "Node {Hostname} ({Id}) at {Address} is lost; it was last heard at {LastSeen:u}.")]
        public static partial void Lost(
            ILogger logger, string hostname, string id, string? address, DateTimeOffset lastSeen);

        [LoggerMessage(2205, LogLevel.Information, "Node {Hostname} ({Id}) is back; it had been {Before}.")]
        public static partial void Returned(ILogger logger, string hostname, string id, string before);

        [LoggerMessage(2206, LogLevel.Information, "Node {Hostname} ({Id}) said goodbye: {Reason}.")]
        public static partial void Left(ILogger logger, string hostname, string id, string reason);

        [LoggerMessage(
            2207, LogLevel.Information, "Node {Hostname} ({Id}) is forgotten; it was last heard at {LastSeen:u}.")]
        public static partial void Forgotten(ILogger logger, string hostname, string id, DateTimeOffset lastSeen);
    }
}
