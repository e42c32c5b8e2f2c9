using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Protocol.Wire;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Displays.Drawing;

public sealed class MatrixLightTests
{
    /// <summary>The LEDs of each colour at full brightness and dimmed, after the kernel's gamma table.</summary>
    [Theory]
    [InlineData(Colour.Green, 1, 21, 3, 0, 5, 1)]
    [InlineData(Colour.Amber, 31, 14, 0, 8, 4, 0)]
    [InlineData(Colour.Red, 31, 1, 1, 8, 0, 0)]
    [InlineData(Colour.Blue, 3, 14, 31, 1, 4, 8)]
    [InlineData(Colour.White, 31, 31, 31, 8, 8, 8)]
    [InlineData(Colour.Black, 0, 0, 0, 0, 0, 0)]
    public void A_dimmed_colour_keeps_its_hue(int colour, int red, int green, int blue, int dimRed, int dimGreen, int dimBlue)
    {
        Assert.Equal(((byte)red, (byte)green, (byte)blue), MatrixLight.GetDuty((ushort)colour));
        Assert.Equal(((byte)dimRed, (byte)dimGreen, (byte)dimBlue), MatrixLight.GetDuty(MatrixLight.Dim((ushort)colour)));
    }

    [Fact]
    public void What_is_lit_stays_lit()
    {
        for (var colour = 0; colour <= ushort.MaxValue; colour++)
        {
            var isLit = MatrixLight.GetDuty((ushort)colour) != (0, 0, 0);
            Assert.Equal(isLit, MatrixLight.GetDuty(MatrixLight.Dim((ushort)colour)) != (0, 0, 0));
        }
    }

    /// <summary>Case: after the dim time a warning and a critical alert were the same picture on every page.</summary>
    [Fact]
    public void The_alert_levels_differ_on_a_dimmed_matrix_and_both_hearts_are_lit()
    {
        var pictures = new HashSet<string>();
        foreach (var alert in (AlertLevel[])[AlertLevel.None, AlertLevel.Warning, AlertLevel.Critical])
        {
            foreach (var isBeat in (bool[])[true, false])
            {
                var model = DisplayModel.SenseHat;
                var canvas = new Canvas(model.Width, model.Height);
                model.Draw(canvas, model.Pages[0], DisplaySamples.Content("sense-hat") with { Alert = alert, IsBeat = isBeat });
                model.Dim(canvas);
                var leds = string.Join(' ', Enumerable.Range(0, 64).Select(index => MatrixLight.GetDuty(canvas[index % 8, index / 8])));
                Assert.Contains("(", leds.Replace("(0, 0, 0)", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
                Assert.True(pictures.Add(leds), $"{alert} {isBeat} is like another.");
            }
        }
    }
}
