using System.Buffers.Binary;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Agent.Displays.Panels;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Tests.Devices;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Displays.Panels;

/// <summary>Panels that the kernel drives, as files of the same size.</summary>
public sealed class FramebufferPanelTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SimulatedFiles _calls = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_matrix_gets_the_bytes_that_its_driver_wants()
    {
        Add("fb1", "RPi-Sense FB", "8,8", 16, 16);
        var canvas = new Canvas(8, 8)
        {
            [0, 0] = 0xF800,
            [7, 0] = 0x8410,
            [1, 1] = 0x07E0,
            [2, 2] = 0x001F,
            [7, 7] = 0xFFFF,
        };
        using var panel = Panel();

        Assert.Null(panel.Show(canvas));

        var bytes = File.ReadAllBytes(_folder["dev/fb1"]);
        Assert.Equal(128, bytes.Length);
        Assert.Equal("00F8", Convert.ToHexString(bytes, 0, 2));
        Assert.Equal("1084", Convert.ToHexString(bytes, 14, 2));
        Assert.Equal("E007", Convert.ToHexString(bytes, 18, 2));
        Assert.Equal("1F00", Convert.ToHexString(bytes, 36, 2));
        Assert.Equal("FFFF", Convert.ToHexString(bytes, 126, 2));
        Assert.Equal(10, bytes.Count(static one => one != 0) + 2);
        Assert.Equal(0, _calls.OpenCount);

        Assert.Null(panel.Show(picture: null));
        Assert.All(File.ReadAllBytes(_folder["dev/fb1"]), static one => Assert.Equal(0, one));
    }

    [Theory]
    [InlineData("160,80", 320)]
    [InlineData("160,80", 384)]
    [InlineData("80,160", 160)]
    public void An_LCD_that_lies_or_stands_shows_the_page(string size, int rowBytes)
    {
        Add("fb0", "panel-mipi-dbid", size, 16, rowBytes);
        var canvas = new Canvas(160, 80);
        DisplayModel.Enviro.Draw(canvas, DisplayModel.Enviro.Pages[0], DisplaySamples.Content("enviro-plus"));
        using var panel = Panel();

        Assert.Null(panel.Show(canvas));

        var bytes = File.ReadAllBytes(_folder["dev/fb0"]);
        for (var y = 0; y < 80; y++)
        {
            for (var x = 0; x < 160; x++)
            {
                var (row, column) = size == "160,80" ? (y, x) : (x, 79 - y);
                Assert.Equal(
                    canvas[x, y],
                    BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan((row * rowBytes) + (2 * column))));
            }
        }
    }

    [Fact]
    public void Another_depth_is_refused_with_the_reason()
    {
        Add("fb0", "panel", "160,80", 32, 640);

        Assert.Contains("32 bits", Panel().Show(new Canvas(160, 80)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_panel_that_is_gone_or_forbidden_is_named()
    {
        Add("fb0", "panel", "160,80", 16, 320);
        var panel = Panel();

        _calls.OpenFault = -13;
        Assert.Contains("the group video", panel.Show(new Canvas(160, 80)), StringComparison.Ordinal);

        _calls.OpenFault = 0;
        File.Delete(_folder["dev/fb0"]);
        Assert.Contains("no such device", panel.Show(new Canvas(160, 80)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("160")]
    [InlineData("160,x")]
    [InlineData("-1,80")]
    public void A_framebuffer_whose_size_is_not_known_is_none(string size)
    {
        Add("fb0", "panel", size, 16, 320);

        Assert.Empty(Framebuffer.List(Roots()));
    }

    private FramebufferPanel Panel() => new(Assert.Single(Framebuffer.List(Roots())), _calls);

    private KernelRoots Roots() => new() { Sys = _folder["sys"], Dev = _folder["dev"] };

    private void Add(string number, string name, string size, int bits, int rowBytes)
    {
        _folder.Write($"sys/class/graphics/{number}/name", name + "\n");
        _folder.Write($"sys/class/graphics/{number}/virtual_size", size + "\n");
        _folder.Write($"sys/class/graphics/{number}/bits_per_pixel", $"{bits}\n");
        _folder.Write($"sys/class/graphics/{number}/stride", $"{rowBytes}\n");
        _folder.Write($"dev/{number}", string.Empty);
    }
}
