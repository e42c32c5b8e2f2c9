using System.Net.Sockets;

namespace NodeTelemetry.Collector.Ingest;

internal sealed partial class MulticastReceiver
{
    private static partial class Log
    {
        [LoggerMessage(2110, LogLevel.Information, "Listening to {Group} on {Interface}.")]
        public static partial void Joined(ILogger logger, string group, string @interface);

        [LoggerMessage(
            2111, LogLevel.Warning, "Could not join {Group} on {Interface}: {Error}. Trying again every few seconds.")]
        public static partial void JoinFailed(ILogger logger, string group, string @interface, SocketError error);

        [LoggerMessage(
            2112, LogLevel.Information, "No longer listening to {Group} on {Interface}: the interface has gone.")]
        public static partial void LeftInterface(ILogger logger, string group, string @interface);

        [LoggerMessage(2113, LogLevel.Debug, "Nothing came from {Group} for {Silence}; joining again.")]
        public static partial void Silent(ILogger logger, string group, TimeSpan silence);

        [LoggerMessage(2114, LogLevel.Warning, "Receiving from {Group} failed: {Error}.")]
        public static partial void ReceiveFailed(ILogger logger, string group, SocketError error);
    }
}
