namespace NodeTelemetry.Collector.Ingest;

/// <summary>An interface as it is at one moment; another value means that memberships on it may be stale.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Addresses">Its addresses of one family, in order, separated by blanks.</param>
internal sealed record MulticastInterface(string Name, string Addresses);
