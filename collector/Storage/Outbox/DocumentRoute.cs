namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>The index that a document goes into, and the node that it is about.</summary>
/// <param name="Index">The index; empty if unknown.</param>
/// <param name="Node">The node's identity; <see langword="null"/> if it is about none, or unknown.</param>
internal readonly record struct DocumentRoute(string Index, string? Node);
