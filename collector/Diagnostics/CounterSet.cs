using System.Runtime.CompilerServices;
using System.Text;
using Prometheus;

namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>One counter per value of an enumeration: the closed set of values of a label.</summary>
/// <typeparam name="TKey">The enumeration; its names in lower case with underscores are the label's values.</typeparam>
internal sealed class CounterSet<TKey>
    where TKey : struct, Enum
{
    private readonly int _first;
    private readonly Counter.Child[] _counters;

    /// <summary>Initializes a new instance of the <see cref="CounterSet{TKey}"/> class.</summary>
    /// <param name="family">The counter; its only label distinguishes the values.</param>
    /// <remarks>The enumeration's values must follow each other without gaps;
    /// its underlying type must be the usual int.</remarks>
    public CounterSet(Counter family)
    {
        var keys = Enum.GetValues<TKey>();
        _counters = [.. keys.Select(key => family.WithLabels(FormatLabel(key)))];
        _first = Unsafe.As<TKey, int>(ref keys[0]);
    }

    /// <summary>Gets the sum of all counters.</summary>
    public long Total => (long)_counters.Sum(static counter => counter.Value);

    /// <summary>Gets the counter of <paramref name="key"/>.</summary>
    public Counter.Child this[TKey key] => _counters[Unsafe.As<TKey, int>(ref key) - _first];

    /// <summary>Formats the label's value for a key.</summary>
    public static string FormatLabel(TKey key)
    {
        var text = new StringBuilder();
        foreach (var character in key.ToString())
        {
            if (char.IsUpper(character) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(character));
        }

        return text.ToString();
    }
}
