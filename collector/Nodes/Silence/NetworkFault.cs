namespace NodeTelemetry.Collector.Nodes.Silence;

/// <summary>A fault of the collector's own network.</summary>
/// <param name="Cause"><see cref="NetworkCause.OwnInterface"/> or <see cref="NetworkCause.Membership"/>.</param>
/// <param name="Interface">The interface.</param>
/// <param name="Text">The fault, as part of a sentence.</param>
internal sealed record NetworkFault(NetworkCause Cause, string Interface, string Text);

/// <summary>Finds a fault of the collector's own network that keeps datagrams of the given nodes out.</summary>
/// <param name="addresses">The last known addresses of the nodes.</param>
/// <returns><see langword="null"/> if there is none.</returns>
internal delegate NetworkFault? FindNetworkFault(IReadOnlyCollection<string> addresses);
