using System.Net.Sockets;

namespace NodeTelemetry.Collector.Ingest;

internal sealed partial class MulticastMemberships
{
    private static partial class Log
    {
        [LoggerMessage(2110, LogLevel.Information, "Listening to {Group} on {Interface}.")]
        public static partial void Joined(ILogger logger, MulticastEndpoint group, string @interface);

        [LoggerMessage(
            2111,
            LogLevel.Warning,
            "Could not join {Group} on {Interface}: {Error}. The collector retries every few seconds.")]
        public static partial void JoinFailed(
            ILogger logger, MulticastEndpoint group, string @interface, SocketError error);

        [LoggerMessage(
            2112, LogLevel.Information, "No longer listening to {Group} on {Interface}: it is down or gone.")]
        public static partial void LeftInterface(ILogger logger, MulticastEndpoint group, string @interface);

        [LoggerMessage(
            2116,
            LogLevel.Warning,
            "No interface {Interface} can receive {Group}: it is absent, down or lacks such an address.")]
        public static partial void Absent(ILogger logger, MulticastEndpoint group, string @interface);

        [LoggerMessage(2115, LogLevel.Information, "The addresses of {Interface} changed; joining {Group} again.")]
        public static partial void Changed(ILogger logger, MulticastEndpoint group, string @interface);
    }
}
