using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Kernel;

public sealed class TimeBoxTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ManualResetEventSlim _release = new();

    public void Dispose() => _release.Set();

    [Fact]
    public void Work_is_done_on_another_thread_before_the_call_returns()
    {
        using var box = new TimeBox("test", Deadline);
        var thread = 0;

        Assert.True(box.TryRun(() => thread = Environment.CurrentManagedThreadId));

        Assert.NotEqual(0, thread);
        Assert.NotEqual(Environment.CurrentManagedThreadId, thread);
        Assert.False(box.IsBusy);
    }

    [Fact]
    public async Task Work_that_hangs_is_left_alone_and_the_box_refuses_until_it_has_ended()
    {
        using var box = new TimeBox("test", TimeSpan.FromMilliseconds(20));
        var others = 0;

        Assert.False(box.TryRun(() => _release.Wait()));
        Assert.True(box.IsBusy);
        Assert.False(box.TryRun(() => others++));
        Assert.Equal(0, others);

        _release.Set();
        await Eventually.TrueAsync(() => Task.FromResult(!box.IsBusy), Deadline);
        using var patient = new TimeBox("test", Deadline);
        Assert.True(patient.TryRun(() => others++));
        Assert.Equal(1, others);
    }

    [Fact]
    public async Task An_exception_reaches_the_caller_at_once_or_at_the_next_call()
    {
        using var box = new TimeBox("test", Deadline);
        Assert.Throws<FormatException>(() => box.TryRun(() => throw new FormatException()));
        Assert.True(box.TryRun(static () => { }));

        using var hasty = new TimeBox("test", TimeSpan.FromMilliseconds(20));
        Assert.False(hasty.TryRun(() =>
        {
            _release.Wait();
            throw new FormatException();
        }));
        _release.Set();
        await Eventually.TrueAsync(() => Task.FromResult(!hasty.IsBusy), Deadline);
        Assert.Throws<FormatException>(() => hasty.TryRun(static () => { }));
    }

    [Fact]
    public void A_warm_box_allocates_nothing()
    {
        using var box = new TimeBox("test", Deadline);
        var count = 0;
        Action work = () => count++;

        Assert.Equal(0, Allocation.Of(() => box.TryRun(work)));
        Assert.True(count > 0);
    }

    [Fact]
    public void A_disposed_box_ends_its_thread()
    {
        Thread? thread = null;
        var box = new TimeBox("test", Deadline);
        box.TryRun(() => thread = Thread.CurrentThread);

        box.Dispose();

        Assert.True(thread!.Join(Deadline));
    }
}
