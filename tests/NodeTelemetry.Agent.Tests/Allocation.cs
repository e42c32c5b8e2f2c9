using Xunit;

namespace NodeTelemetry.Agent.Tests;

/// <summary>Asserts what hot paths promise.</summary>
internal static class Allocation
{
    /// <summary>Enough for everything lazy to have happened.</summary>
    private const int WarmUps = 50;

    public static void AssertNone(Action action) => Assert.Equal(0, Of(action));

    /// <summary>Gets the bytes that one call allocates once warm.</summary>
    public static long Of(Action action)
    {
        for (var warmUp = 0; warmUp < WarmUps; warmUp++)
        {
            action();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
