namespace NodeTelemetry.Protocol.Readings;

/// <summary>Load averages, wire key <c>loadavg</c>: three numbers. Source: proc_loadavg(5).</summary>
/// <param name="OneMinute">Runnable and uninterruptible tasks, averaged over 1 minute.</param>
/// <param name="FiveMinutes">The same over 5 minutes.</param>
/// <param name="FifteenMinutes">The same over 15 minutes.</param>
public sealed record LoadReading(double OneMinute, double FiveMinutes, double FifteenMinutes);
