using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Transport;

internal sealed partial class MulticastSender
{
    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Information, "Sending by {Link} to {Group} port {Port}.")]
        public static partial void LinkOpened(ILogger logger, string link, IPAddress group, int port);

        [LoggerMessage(1302, LogLevel.Information, "Sending by {Link} has ended.")]
        public static partial void LinkClosed(ILogger logger, string link);

        [LoggerMessage(
            1303, LogLevel.Warning, "Cannot send by interface {Name}: {Reason} ({Suppressed} more times unlogged).")]
        public static partial void CannotUse(ILogger logger, string name, string reason, int suppressed);

        [LoggerMessage(
            1304, LogLevel.Warning, "A datagram to {Output} was lost: {Reason} ({Suppressed} more unlogged).")]
        public static partial void CannotSend(ILogger logger, string output, string reason, int suppressed);

        [LoggerMessage(1305, LogLevel.Debug, "No sockets of family {Family} here: {Reason}.")]
        public static partial void NoFamily(ILogger logger, AddressFamily family, string reason);
    }
}
