namespace NodeTelemetry.Collector.Exposition;

/// <summary>Numbers of one family, distinguished by labels, that are read at scrape time.</summary>
/// <param name="Name">The metric's name after <c>nodetelemetry_collector_</c>.</param>
/// <param name="Help">What they are.</param>
/// <param name="Labels">The labels' names.</param>
/// <param name="Read">Reads them: the labels' values in the same order, and the number.</param>
internal sealed record GaugeSet(
    string Name, string Help, IReadOnlyList<string> Labels, Func<IEnumerable<(string[] Values, double Value)>> Read);
