using System.Text.Json;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Export.Documents;

/// <summary>The source of a document.</summary>
internal readonly record struct DocumentSource
{
    /// <summary>Gets the kind of the document.</summary>
    public required JsonEncodedText Metricset { get; init; }

    /// <summary>Gets its time, in milliseconds since the epoch.</summary>
    public required long Time { get; init; }

    /// <summary>Gets when the collector received it, in milliseconds since the epoch.</summary>
    public required long Received { get; init; }

    /// <summary>Gets the node's identity; <see langword="null"/> for an event that concerns several nodes.</summary>
    public required string? NodeId { get; init; }

    /// <summary>Gets the node's host name.</summary>
    public required string? Hostname { get; init; }

    /// <summary>Gets a value indicating whether the time is the sender's.</summary>
    public bool IsClockTrusted { get; init; }

    /// <summary>Gets the readings.</summary>
    public NodeSnapshot? Snapshot { get; init; }

    /// <summary>Gets the node.</summary>
    public NodeStatus? Status { get; init; }

    /// <summary>Gets the event.</summary>
    public NodeEvent? Event { get; init; }

    /// <summary>Gets the entry of a section.</summary>
    public SectionEntry? Entry { get; init; }
}
