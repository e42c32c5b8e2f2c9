using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Agent.Displays.Panels;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Displays.Panels;

/// <summary>The matrix by I2C: the bytes that the kernel's driver would send.</summary>
public sealed class SenseMatrixPanelTests
{
    private readonly Chip _chip = new();

    [Fact]
    public void A_picture_is_one_transfer_of_193_bytes_with_the_kernels_values()
    {
        var canvas = new Canvas(8, 8)
        {
            [0, 0] = 0xF800,
            [7, 0] = 0x8410,
            [1, 1] = 0x07E0,
            [2, 2] = 0x001F,
            [7, 7] = 0xFFFF,
        };
        var expected = new byte[193];
        foreach (var (place, value) in (ReadOnlySpan<(int, byte)>)[
            (1, 0x1F), (8, 8), (16, 8), (24, 8), (34, 0x1F), (67, 0x1F), (176, 0x1F), (184, 0x1F), (192, 0x1F)])
        {
            expected[place] = value;
        }

        using var panel = new SenseMatrixPanel(_chip, bus: null);
        Assert.Null(panel.Show(canvas));

        Assert.Equal(expected, _chip.Written);
    }

    [Fact]
    public void It_is_dark_in_the_end()
    {
        var canvas = new Canvas(8, 8);
        canvas.Fill(0, 0, 8, 8, Colour.White);
        var panel = new SenseMatrixPanel(_chip, bus: null);
        panel.Show(canvas);

        panel.Dispose();

        Assert.Equal(new byte[193], _chip.Written);
    }

    [Fact]
    public void Another_chip_at_its_address_is_not_written_to()
    {
        _chip.Identity = 0x11;

        Assert.Contains(
            "a different chip", new SenseMatrixPanel(_chip, bus: null).Show(new Canvas(8, 8)), StringComparison.Ordinal);
        Assert.Null(_chip.Written);
    }

    [Fact]
    public void A_missing_chip_and_a_failing_bus_are_distinguished()
    {
        var panel = new SenseMatrixPanel(_chip, bus: null);

        _chip.Fault = BusOutcome.NoAnswer;
        Assert.Contains("no reply", panel.Show(new Canvas(8, 8)), StringComparison.Ordinal);
        _chip.Fault = BusOutcome.Failed;
        Assert.Contains("group i2c", panel.Show(new Canvas(8, 8)), StringComparison.Ordinal);
    }

    /// <summary>The ATTINY88: LEDs from register 0 on, its identity at 0xF0.</summary>
    private sealed class Chip : II2cDevice
    {
        public string Name => "i2c-1 0x46";

        public byte Identity { get; set; } = (byte)'s';

        public BusOutcome Fault { get; set; } = BusOutcome.Ok;

        public byte[]? Written { get; private set; }

        public BusOutcome Write(ReadOnlySpan<byte> bytes)
        {
            Written = Fault == BusOutcome.Ok ? bytes.ToArray() : Written;
            return Fault;
        }

        public BusOutcome WriteRead(ReadOnlySpan<byte> bytes, Span<byte> into)
        {
            into.Fill(bytes is [0xF0] ? Identity : (byte)0);
            return Fault;
        }
    }
}
