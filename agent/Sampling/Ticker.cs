using NodeTelemetry.Agent.Diagnostics;

namespace NodeTelemetry.Agent.Sampling;

/// <summary>Calls a function at whole intervals after its start;
/// missed ticks are skipped and counted, never caught up.</summary>
/// <remarks>
/// Ticks align to the start and not to the wall clock, so that the nodes of a cluster do not all send
/// in the same millisecond. The ticker runs on the caller's thread: a timer would need a thread of the thread pool
/// and half the CPU time of a sample.
/// </remarks>
internal sealed class Ticker(TimeSpan interval, TimeProvider time, AgentMetrics metrics)
{
    /// <summary>Ticks immediately and then at every interval, until <paramref name="wait"/> returns
    /// <see langword="true"/>.</summary>
    /// <param name="onTick">The function to call at each tick.</param>
    /// <param name="wait">Waits for a time, or until the agent is to stop; returns whether it is to stop.</param>
    public void Run(Action onTick, Func<TimeSpan, bool> wait)
    {
        var start = time.GetTimestamp();
        var index = 0L;
        while (true)
        {
            onTick();
            var elapsed = time.GetElapsedTime(start);

            // A wait may end a little early, so the current tick is identified by its number, not by the time.
            var next = Math.Max(index + 1, (elapsed.Ticks / interval.Ticks) + 1);
            metrics.AddTicksSkipped(next - index - 1);
            index = next;
            if (wait(TimeSpan.FromTicks(next * interval.Ticks) - elapsed))
            {
                return;
            }
        }
    }
}
