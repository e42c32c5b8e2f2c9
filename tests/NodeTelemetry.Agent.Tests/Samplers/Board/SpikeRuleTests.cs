using NodeTelemetry.Agent.Samplers.Board;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Board;

public sealed class SpikeRuleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void The_impossible_is_a_spike_however_often_it_comes()
    {
        var rule = new SpikeRule(isDie: true);
        Assert.Equal([false, true, true, false], Evaluate(rule, Second, 48, 228, 228, 49));
    }

    [Fact]
    public void A_leap_is_a_spike_until_a_second_value_confirms_it()
    {
        Assert.Equal([false, true, false, false], Evaluate(new SpikeRule(isDie: false), Second, 30, 60, 62, 61));
        Assert.Equal([false, true, false], Evaluate(new SpikeRule(isDie: false), Second, 30, 60, 31));
        Assert.Equal([false, false, true], Evaluate(new SpikeRule(isDie: false), Second, 30, 50, 71));
    }

    [Fact]
    public void A_processor_may_leap_further() =>
        Assert.Equal([false, false, true], Evaluate(new SpikeRule(isDie: true), Second, 35, 80, 30));

    [Fact]
    public void Within_a_long_pause_everything_may_happen() =>
        Assert.Equal([false, false], Evaluate(new SpikeRule(isDie: false), 6 * Second, 30, 80));

    [Fact]
    public void The_value_at_power_on_is_a_spike_unless_it_stays()
    {
        Assert.Equal([true, false, false], Evaluate(new SpikeRule(isDie: false, SpikeRule.WirePowerOnCelsius), Second, 85, 21, 22));
        Assert.Equal([true, false], Evaluate(new SpikeRule(isDie: false, SpikeRule.WirePowerOnCelsius), Second, 85, 85));
        Assert.Equal([false, false], Evaluate(new SpikeRule(isDie: false), Second, 85, 84));
    }

    private static bool[] Evaluate(SpikeRule rule, TimeSpan pause, params double[] values) =>
        [.. values.Select((value, index) => rule.IsSpike(value, index == 0 ? null : pause, SpikeRule.PauseMax))];
}
