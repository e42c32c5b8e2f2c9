namespace NodeTelemetry.Collector.Hosting;

/// <summary>The collector cannot start; the message tells a person why and what to do.</summary>
internal sealed class StartFailedException(string message, Exception? cause = null) : Exception(message, cause);
