using NodeTelemetry.Agent.Diagnostics;

namespace NodeTelemetry.Agent.Sampling;

/// <summary>Calls a function at whole intervals after its start;
/// missed ticks are skipped and counted, never caught up.</summary>
/// <remarks>
/// Ticks align to the start and not to the wall clock, so that the nodes of a cluster do not all send
/// in the same millisecond. It runs on the caller's thread: a timer would cost a thread of its own, the thread pool's,
/// and half the CPU time of a sample.
/// </remarks>
internal sealed class Ticker(TimeSpan interval, TimeProvider time, AgentMetrics metrics)
{
    /// <summary>Ticks for the first time at once, and goes on until <paramref name="wait"/> says
    /// that it is over.</summary>
    /// <param name="onTick">What is done at each tick.</param>
    /// <param name="wait">Waits for a time, or until the end is wanted: then it gives <see langword="true"/>.</param>
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
