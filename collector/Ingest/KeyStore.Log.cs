namespace NodeTelemetry.Collector.Ingest;

internal sealed partial class KeyStore
{
    private static partial class Log
    {
        [LoggerMessage(2120, LogLevel.Information, "Loaded {Count} keys from {Path}; signatures: {Policy}.")]
        public static partial void Loaded(ILogger logger, int count, string path, SignaturePolicy policy);

        [LoggerMessage(
            2121,
            LogLevel.Error,
            "The keys file {Path} {Problem} The current {Count} keys stay in use. Repair the file; it is reloaded when "
            + "it changes.")]
        public static partial void NotLoaded(ILogger logger, string path, string problem, int count);

        [LoggerMessage(
            2122,
            LogLevel.Warning,
            "Every user of this machine may read or write {Path}; \"chmod 640 {Same}\" keeps the keys secret.")]
        public static partial void OpenToOthers(ILogger logger, string path, string same);
    }
}
