using NodeTelemetry.Collector.Ingest;

namespace NodeTelemetry.Collector;

internal sealed partial class CollectorApplication
{
    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Information, "The collector is ready; look at {Address}.")]
        public static partial void Started(ILogger logger, string address);

        [LoggerMessage(2002, LogLevel.Information, "The collector has stopped.")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(
            2003,
            LogLevel.Warning,
            "This machine has no sockets of the address family of {Group}; it is not listened to.")]
        public static partial void FamilyMissing(ILogger logger, MulticastEndpoint group);

        [LoggerMessage(2004, LogLevel.Information, "Knew {Count} nodes from {Path}.")]
        public static partial void Restored(ILogger logger, int count, string path);

        [LoggerMessage(
            2005,
            LogLevel.Warning,
            "The nodes known earlier could not be read from {Path}: {Reason}. They are learnt anew.")]
        public static partial void NotRestored(ILogger logger, string path, string reason);

        [LoggerMessage(
            2006,
            LogLevel.Warning,
            "Everyone who reaches {Address} can read the page, the API and the metrics. Ask for authentication with "
            + "Http:RequireAuthentication and Http:TokenFile, or Http:User and Http:PasswordFile, or use a trusted "
            + "network.")]
        public static partial void Unauthenticated(ILogger logger, string address);

        [LoggerMessage(
            2007,
            LogLevel.Warning,
            "What goes to and from {Address} is not encrypted, passwords neither. Give a certificate with "
            + "Http:CertificateFile, or use a trusted network.")]
        public static partial void Unencrypted(ILogger logger, string address);
    }
}
