namespace NodeTelemetry.Collector.Hosting;

/// <summary>The collector cannot start. The message gives the reason and the fix.</summary>
internal sealed class StartFailedException(string message, Exception? cause = null) : Exception(message, cause);
