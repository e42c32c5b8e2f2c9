using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Transport;

internal sealed partial class MulticastSender
{
    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Information, "Sending on {Link} to {Group}, port {Port}.")]
        public static partial void LinkOpened(ILogger logger, string link, IPAddress group, int port);

        [LoggerMessage(
            1306,
            LogLevel.Information,
            "Also sending on {Link} to raspi-cluster's group {Group}, port {Port} (--legacy).")]
        public static partial void LegacyOpened(ILogger logger, string link, IPAddress group, int port);

        [LoggerMessage(1302, LogLevel.Information, "Stopped sending on {Link}.")]
        public static partial void LinkClosed(ILogger logger, string link);

        [LoggerMessage(
            1303,
            LogLevel.Warning,
            "Cannot send on interface {Name}: {Reason} ({Suppressed} similar messages suppressed).")]
        public static partial void CannotUse(ILogger logger, string name, string reason, int suppressed);

        [LoggerMessage(
            1304,
            LogLevel.Warning,
            "Failed to send a datagram to {Output}: {Reason} ({Suppressed} similar messages suppressed).")]
        public static partial void CannotSend(ILogger logger, string output, string reason, int suppressed);

        [LoggerMessage(1305, LogLevel.Debug, "Address family {Family} is not available: {Reason}.")]
        public static partial void NoFamily(ILogger logger, AddressFamily family, string reason);
    }
}
