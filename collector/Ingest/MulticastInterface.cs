namespace NodeTelemetry.Collector.Ingest;

/// <summary>An interface at one moment. If the value changes, memberships on it may be stale.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Addresses">Its addresses of one family, sorted, separated by spaces.</param>
internal sealed record MulticastInterface(string Name, string Addresses);
