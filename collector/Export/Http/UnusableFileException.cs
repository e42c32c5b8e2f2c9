namespace NodeTelemetry.Collector.Export.Http;

/// <summary>A file with a secret or a certificate cannot be used; the message names it and says why.</summary>
internal sealed class UnusableFileException(string message, Exception cause) : Exception(message, cause);
