namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>Arithmetic with the timestamps of a clock.</summary>
internal static class Timestamps
{
    /// <summary>Gets the timestamp some time after another.</summary>
    public static long After(this TimeProvider time, long timestamp, TimeSpan delay) =>
        timestamp + (long)((Int128)delay.Ticks * time.TimestampFrequency / TimeSpan.TicksPerSecond);
}
