namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>A counter of events since the collector started. Thread-safe.</summary>
internal sealed class Counter
{
    private long _value;

    /// <summary>Gets the number.</summary>
    public long Value => Interlocked.Read(ref _value);

    /// <summary>Adds to it.</summary>
    public void Add(long count = 1) => Interlocked.Add(ref _value, count);
}
