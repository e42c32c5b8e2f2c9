using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Displays.Panels;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Displays;

/// <summary>Which page, and how bright.</summary>
public sealed class PageTurnerTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly DisplayOptions _options = new();

    [Fact]
    public void Pages_follow_each_other_and_begin_again()
    {
        var turner = Make(DisplayModel.Enviro);
        var seen = new List<string>();
        for (var turn = 0; turn < 5; turn++)
        {
            turner.Update(AlertLevel.None);
            seen.Add(turner.Page.Name);
            _time.Advance(_options.PageTime);
        }

        Assert.Equal(["temperature", "sensors", "node", "network", "temperature"], seen);
    }

    [Fact]
    public void A_key_turns_wakes_and_holds_the_page()
    {
        var turner = Make(DisplayModel.SenseHat);
        _time.Advance(_options.DimAfter!.Value);
        Assert.Equal(PanelLight.Dim, turner.GetLight(isNight: false));

        turner.Turn(-1);

        // The page of alerts is passed over.
        Assert.Equal("air", turner.Page.Name);
        Assert.Equal(PanelLight.Full, turner.GetLight(isNight: false));
        _time.Advance(_options.PageTime);
        turner.Update(AlertLevel.None);
        Assert.Equal("air", turner.Page.Name);
        _time.Advance(PageTurner.HoldTime);
        turner.Update(AlertLevel.None);
        Assert.Equal("heartbeat", turner.Page.Name);
    }

    [Theory]
    [InlineData("enviro", "network")]
    [InlineData("sense-hat", "alert")]
    public void An_alert_is_turned_to_at_once_and_wakes(string display, string page)
    {
        var turner = Make(DisplayModel.All.Single(model => model.Name == display));
        _time.Advance(_options.DimAfter!.Value);

        turner.Update(AlertLevel.Warning);
        Assert.Equal(page, turner.Page.Name);
        Assert.Equal(PanelLight.Full, turner.GetLight(isNight: true));

        // The same alert goes on: pages turn. A worse one: here again.
        _time.Advance(PageTurner.HoldTime);
        turner.Update(AlertLevel.Warning);
        Assert.NotEqual(page, turner.Page.Name);
        turner.Update(AlertLevel.Critical);
        Assert.Equal(page, turner.Page.Name);
    }

    [Fact]
    public void The_page_of_alerts_goes_with_the_alert_and_comes_round_while_it_lasts()
    {
        var turner = Make(DisplayModel.SenseHat);
        turner.Update(AlertLevel.Critical);
        turner.Update(AlertLevel.None);
        Assert.Equal("heartbeat", turner.Page.Name);

        var seen = new HashSet<string>();
        for (var turn = 0; turn < 10; turn++)
        {
            turner.Update(AlertLevel.Warning);
            seen.Add(turner.Page.Name);
            _time.Advance(PageTurner.HoldTime);
        }

        Assert.Contains("alert", seen);
        Assert.Contains("cores", seen);
    }

    [Fact]
    public void A_hand_before_it_wakes_it_also_at_night()
    {
        var turner = Make(DisplayModel.Enviro);
        _time.Advance(_options.DimAfter!.Value);
        Assert.Equal(PanelLight.Off, turner.GetLight(isNight: true));

        turner.Wake();

        Assert.Equal(PanelLight.Full, turner.GetLight(isNight: true));
    }

    [Fact]
    public void It_may_stay_bright_for_ever()
    {
        _options.DimAfter = null;
        var turner = Make(DisplayModel.Enviro);
        _time.Advance(TimeSpan.FromDays(10));

        Assert.Equal(PanelLight.Full, turner.GetLight(isNight: true));
    }

    private PageTurner Make(DisplayModel model) => new(model, _options, _time);
}
