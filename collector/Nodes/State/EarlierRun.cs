namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>An earlier run of a node's agent.</summary>
/// <param name="Run">The run.</param>
/// <param name="Highest">Its highest sequence number received: only a greater one continues it.</param>
internal readonly record struct EarlierRun(uint Run, long Highest);
