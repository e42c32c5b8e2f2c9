using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sampling;

public sealed class SamplerRunnerTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly AgentMetrics _metrics = new();
    private readonly RecordingLogger _logger = new();

    [Fact]
    public void A_sampler_that_throws_does_not_affect_the_others()
    {
        var runner = Runner(
            new Sampler("bad", _ => throw new InvalidOperationException("broken")),
            new Sampler("good", into =>
            {
                into.UptimeSeconds = 7;
                return SampleOutcome.Ok;
            }));
        var builder = new SnapshotBuilder();

        runner.Run(builder);

        Assert.Equal(7, builder.UptimeSeconds);
        Assert.Equal(1, _metrics.SamplersFailed);
        Assert.Equal((1, 1), (runner.Samplers[0].Runs, runner.Samplers[0].Failures));
        Assert.Equal((1, 0), (runner.Samplers[1].Runs, runner.Samplers[1].Failures));
        Assert.Contains("bad", Assert.Single(_logger.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Times_each_sampler()
    {
        var runner = Runner(new Sampler("slow", _ =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(250));
            return SampleOutcome.Ok;
        }));

        runner.Run(new SnapshotBuilder());

        Assert.Equal(TimeSpan.FromMilliseconds(250), runner.Samplers[0].LastDuration);
        Assert.Equal(TimeSpan.FromMilliseconds(250), runner.Samplers[0].LongestDuration);
    }

    [Fact]
    public void A_sampler_that_fails_at_every_tick_is_logged_once_a_minute_with_the_count()
    {
        var runner = Runner(new Sampler("bad", _ => SampleOutcome.Failed));
        for (var second = 0; second < 61; second++)
        {
            runner.Run(new SnapshotBuilder());
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, _logger.Lines.Count);
        Assert.Contains("59 more times", _logger.Lines[1], StringComparison.Ordinal);
        Assert.Equal(61, _metrics.SamplersFailed);
    }

    [Fact]
    public void No_data_is_no_failure()
    {
        Runner(new Sampler("absent", _ => SampleOutcome.NoData)).Run(new SnapshotBuilder());

        Assert.Equal(0, _metrics.SamplersFailed);
        Assert.Empty(_logger.Lines);
    }

    private SamplerRunner Runner(params ISampler[] samplers) => new(samplers, _time, _metrics, _logger);

    private sealed class Sampler(string name, Func<SnapshotBuilder, SampleOutcome> sample) : ISampler
    {
        public string Name => name;

        public SampleOutcome Sample(SnapshotBuilder into) => sample(into);
    }
}
