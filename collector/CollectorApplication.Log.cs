using NodeTelemetry.Collector.Ingest;

namespace NodeTelemetry.Collector;

internal sealed partial class CollectorApplication
{
    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Information, "The collector is ready: {Address}")]
        public static partial void Started(ILogger logger, string address);

        [LoggerMessage(2002, LogLevel.Information, "The collector has stopped.")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(
            2003,
            LogLevel.Warning,
            "This machine has no sockets of the address family of {Group}; the collector does not listen to it.")]
        public static partial void FamilyMissing(ILogger logger, MulticastEndpoint group);

        [LoggerMessage(2008, LogLevel.Information, "Receiving from {Group}.")]
        public static partial void Receiving(ILogger logger, MulticastEndpoint group);

        [LoggerMessage(2004, LogLevel.Information, "Restored {Count} nodes from {Path}.")]
        public static partial void Restored(ILogger logger, int count, string path);

        [LoggerMessage(
            2005,
            LogLevel.Warning,
            "The nodes could not be restored from {Path}: {Reason}. They are added again when they send.")]
        public static partial void NotRestored(ILogger logger, string path, string reason);

        [LoggerMessage(
            2006,
            LogLevel.Warning,
            "Every client that reaches {Address} can read the page, the API and the metrics. Require authentication "
            + "with Http:RequireAuthentication and Http:TokenFile, or Http:User and Http:PasswordFile, or use "
            + "a trusted network.")]
        public static partial void Unauthenticated(ILogger logger, string address);

        [LoggerMessage(
            2007,
            LogLevel.Warning,
            "Traffic to and from {Address} is not encrypted, including passwords. Configure a certificate with "
            + "Http:CertificateFile, or use a trusted network.")]
        public static partial void Unencrypted(ILogger logger, string address);
    }
}
