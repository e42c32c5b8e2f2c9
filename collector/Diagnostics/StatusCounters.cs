using System.Globalization;
using Prometheus;

namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>One counter per HTTP status that has been seen. Thread-safe.</summary>
/// <param name="family">The counter; its only label is the status.</param>
internal sealed class StatusCounters(Counter family)
{
    // Statuses have three digits; anything else is counted as other.
    private const int StatusMax = 599;

    private readonly Counter.Child?[] _counters = new Counter.Child?[StatusMax + 1];

    /// <summary>Counts one.</summary>
    public void Inc(int status)
    {
        var known = status is < 100 or > StatusMax ? 0 : status;
        var counter = _counters[known] ??= family.WithLabels(
            known == 0 ? "other" : known.ToString(CultureInfo.InvariantCulture));
        counter.Inc();
    }
}
