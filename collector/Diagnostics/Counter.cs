namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>A number of events since the collector started. Any thread may add.</summary>
internal sealed class Counter
{
    private long _value;

    /// <summary>Gets the number.</summary>
    public long Value => Interlocked.Read(ref _value);

    /// <summary>Adds to it.</summary>
    public void Add(long count = 1) => Interlocked.Add(ref _value, count);
}
