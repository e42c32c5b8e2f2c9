using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Kernel;

public sealed class TimeBoxesTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    private readonly ManualResetEventSlim _release = new();

    public void Dispose() => _release.Set();

    [Fact]
    public async Task Work_that_hangs_keeps_its_thread_and_the_rest_goes_on()
    {
        using var boxes = new TimeBoxes("test", Short, 2);
        var ended = 0;
        var hanging = new SlowWork(() =>
        {
            _release.Wait();
            ended++;
        });
        var quick = new SlowWork(static () => { });

        Assert.False(boxes.TryRun(hanging));
        Assert.True(boxes.IsRunning(hanging));
        Assert.False(boxes.TryRun(hanging));

        // On a busy machine even nothing may take longer than the limit, but it ends.
        _ = boxes.TryRun(quick);
        await Eventually.TrueAsync(() => Task.FromResult(!boxes.IsRunning(quick)), Deadline);

        _release.Set();
        await Eventually.TrueAsync(() => Task.FromResult(!boxes.IsRunning(hanging)), Deadline);
        Assert.Equal(1, ended);
    }

    [Fact]
    public async Task Who_was_late_is_not_waited_for_again()
    {
        using var boxes = new TimeBoxes("test", Short, 2);
        var runs = 0;
        var work = new SlowWork(() =>
        {
            _release.Wait();
            runs++;
        });
        Assert.False(boxes.TryRun(work));
        _release.Set();
        await Eventually.TrueAsync(() => Task.FromResult(!boxes.IsRunning(work)), Deadline);

        Assert.True(work.WasLate);
        Assert.False(boxes.TryRun(work));
        await Eventually.TrueAsync(() => Task.FromResult(!boxes.IsRunning(work)), Deadline);
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task No_more_hang_than_are_allowed_counting_those_that_were_given_up()
    {
        using var boxes = new TimeBoxes("test", Short, 2);
        var runs = 0;
        var first = new SlowWork(_release.Wait);
        var second = new SlowWork(_release.Wait);
        var third = new SlowWork(() => runs++);
        boxes.TryRun(first);
        boxes.TryRun(second);
        boxes.Abandon(first);

        Assert.False(boxes.TryRun(third));
        Assert.False(boxes.IsRunning(third));
        Assert.False(third.WasLate);

        _release.Set();
        await Eventually.TrueAsync(() => Task.FromResult(boxes.TryRun(third) || runs > 0), Deadline);
    }

    [Fact]
    public void Warm_boxes_allocate_nothing()
    {
        using var boxes = new TimeBoxes("test", Deadline, 2);
        var count = 0;
        var first = new SlowWork(() => count++);
        var second = new SlowWork(() => count++);

        Allocation.AssertNone(() =>
        {
            boxes.TryRun(first);
            boxes.TryRun(second);
        });
        Assert.True(count > 2);
    }
}
