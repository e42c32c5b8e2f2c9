namespace NodeTelemetry.Collector.Nodes.Silence;

/// <summary>What is wrong with the collector's own network.</summary>
/// <param name="Cause"><see cref="NetworkCause.OwnInterface"/> or <see cref="NetworkCause.Membership"/>.</param>
/// <param name="Interface">The interface.</param>
/// <param name="Text">What is wrong with it, as part of a sentence.</param>
internal sealed record NetworkFault(NetworkCause Cause, string Interface, string Text);

/// <summary>Looks for a fault of the collector's own network that keeps the given nodes from being heard.</summary>
/// <param name="addresses">Where the nodes were last heard from.</param>
/// <returns><see langword="null"/> if there is none.</returns>
internal delegate NetworkFault? FindNetworkFault(IReadOnlyCollection<string> addresses);
