using System.Runtime.CompilerServices;

namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>One counter per value of an enumeration: the closed set of values of a label.</summary>
/// <typeparam name="TKey">The enumeration; its names in lower case with underscores are the label's values.</typeparam>
internal sealed class CounterSet<TKey>
    where TKey : struct, Enum
{
    private readonly TKey[] _keys = Enum.GetValues<TKey>();
    private readonly int _first;
    private readonly Counter[] _counters;

    /// <summary>Initializes a new instance of the <see cref="CounterSet{TKey}"/> class.</summary>
    /// <remarks>The enumeration's values must follow each other without gaps;
    /// its underlying type must be the usual int.</remarks>
    public CounterSet()
    {
        _counters = [.. _keys.Select(static _ => new Counter())];
        _first = Unsafe.As<TKey, int>(ref _keys[0]);
    }

    /// <summary>Gets the sum of all counters.</summary>
    public long Total => _counters.Sum(static counter => counter.Value);

    /// <summary>Gets the values of the label.</summary>
    public IReadOnlyList<TKey> Keys => _keys;

    /// <summary>Gets the counter of <paramref name="key"/>.</summary>
    public Counter this[TKey key] => _counters[Unsafe.As<TKey, int>(ref key) - _first];
}
