namespace NodeTelemetry.Collector.Exposition;

/// <summary>A number that is read at scrape time.</summary>
/// <param name="Name">The metric's name after <c>nodetelemetry_collector_</c>.</param>
/// <param name="Help">What it is.</param>
/// <param name="Read">Reads it; <see langword="null"/> when there is nothing to say.</param>
internal sealed record Gauge(string Name, string Help, Func<double?> Read);
