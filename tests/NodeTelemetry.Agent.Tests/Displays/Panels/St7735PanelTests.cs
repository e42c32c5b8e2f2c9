using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Agent.Displays.Panels;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Displays.Panels;

/// <summary>The LCD: what a person sees on the simulated glass is the page.</summary>
public sealed class St7735PanelTests : IDisposable
{
    private readonly SimulatedSt7735 _chip = new();
    private readonly St7735Panel _panel;

    public St7735PanelTests() => _panel = new St7735Panel(_chip, _chip.DataLine, _chip.Light, _chip.Wait);

    public void Dispose() => _panel.Dispose();

    [Fact]
    public void Every_page_is_seen_as_it_was_drawn()
    {
        var model = DisplayModel.Enviro;
        foreach (var page in model.Pages)
        {
            var canvas = Draw(page);

            Assert.Null(_panel.Show(canvas));

            AssertSeen(canvas);
        }

        Assert.Empty(_chip.Offences);
        Assert.True(_chip.IsInverted);
        Assert.Equal(0xC8, _chip.Order);
    }

    [Fact]
    public void A_picture_is_25_600_bytes_in_transfers_that_spidev_takes()
    {
        _panel.Show(Draw(DisplayModel.Enviro.Pages[0]));
        _chip.Transfers.Clear();

        _panel.Show(Draw(DisplayModel.Enviro.Pages[1]));

        Assert.All(_chip.Transfers, static transfer => Assert.InRange(transfer.Length, 1, 4096));
        Assert.Equal([1, 1, 1], _chip.Transfers.Where(static one => !one.IsData).Select(static one => one.Length));
        Assert.Equal(4 + 4 + 25_600, _chip.Transfers.Where(static one => one.IsData).Sum(static one => one.Length));
    }

    [Fact]
    public void The_light_goes_on_after_the_first_picture_and_off_for_the_dark()
    {
        var canvas = Draw(DisplayModel.Enviro.Pages[0]);
        _panel.Show(canvas);
        Assert.True(_chip.Light.IsHigh);
        Assert.Equal(_chip.Transfers.Count, _chip.Light.TransfersBefore);

        Assert.Null(_panel.Show(picture: null));
        Assert.False(_chip.Light.IsHigh);

        _panel.Show(canvas);
        AssertSeen(canvas);

        _panel.Dispose();
        Assert.False(_chip.Light.IsHigh);
    }

    [Fact]
    public void A_line_that_the_SPI_driver_has_is_said_with_the_line_that_frees_it()
    {
        _chip.DataLine.Fault = DeviceOutcome.Busy;

        Assert.Contains(
            "dtoverlay=spi0-2cs,no_miso", _panel.Show(Draw(DisplayModel.Enviro.Pages[0])), StringComparison.Ordinal);
        Assert.Empty(_chip.Transfers);
    }

    [Theory]
    [InlineData(nameof(DeviceOutcome.NotPermitted), "group spi")]
    [InlineData(nameof(DeviceOutcome.Absent), "spidev0.1")]
    [InlineData(nameof(DeviceOutcome.Failed), "spidev0.1")]
    public void A_bus_that_cannot_be_used_is_named(string outcome, string word)
    {
        _chip.Fault = Enum.Parse<DeviceOutcome>(outcome);

        Assert.Contains(word, _panel.Show(Draw(DisplayModel.Enviro.Pages[0])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_light_that_cannot_be_switched_is_named()
    {
        _chip.Light.Fault = DeviceOutcome.NotPermitted;

        Assert.Contains("GPIO12", _panel.Show(Draw(DisplayModel.Enviro.Pages[0])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_chip_that_lost_its_power_is_set_up_again_after_the_failure()
    {
        var canvas = Draw(DisplayModel.Enviro.Pages[2]);
        _panel.Show(canvas);
        _chip.Unplug();
        _chip.Fault = DeviceOutcome.Failed;
        Assert.NotNull(_panel.Show(canvas));

        _chip.Fault = DeviceOutcome.Ok;

        Assert.Null(_panel.Show(canvas));
        AssertSeen(canvas);
        Assert.Empty(_chip.Offences);
    }

    private static Canvas Draw(Page page)
    {
        var canvas = new Canvas(DisplayModel.Enviro.Width, DisplayModel.Enviro.Height);
        DisplayModel.Enviro.Draw(canvas, page, DisplaySamples.Content("enviro-plus"));
        return canvas;
    }

    private void AssertSeen(Canvas canvas)
    {
        var seen = _chip.Look();
        for (var y = 0; y < canvas.Height; y++)
        {
            for (var x = 0; x < canvas.Width; x++)
            {
                Assert.True(canvas[x, y] == seen[x, y], $"Column {x}, row {y}.");
            }
        }
    }
}
