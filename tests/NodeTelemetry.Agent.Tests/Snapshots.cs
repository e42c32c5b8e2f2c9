using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Tests;

/// <summary>Identities for tests.</summary>
internal static class Snapshots
{
    public static SampleHeader Header { get; } = new()
    {
        Node = "00000000000000aa",
        Boot = 1,
        Run = 2,
        Sequence = 0,
        TimeMilliseconds = 0,
        IntervalMilliseconds = 1000,
    };

    public static SampleSource Source(TimeSpan interval) =>
        new("host", "00000000000000aa", 1, 2, interval, [new("rack", "2")]) { IsReducing = true };
}
