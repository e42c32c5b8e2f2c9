namespace NodeTelemetry.Agent.Samplers.Cpu;

/// <summary>Load averages as parsed, before the snapshot is made of them.</summary>
internal readonly record struct LoadAverages(double OneMinute, double FiveMinutes, double FifteenMinutes);
