using System.Buffers.Binary;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays.Drawing;

namespace NodeTelemetry.Agent.Displays.Panels;

/// <summary>The LCD of Pimoroni's Enviro: a Sitronix ST7735S with 132 by 162 pixels,
/// of which the glass shows 80 by 160, mounted in landscape orientation.</summary>
/// <remarks>
/// Source: ST7735S datasheet; the initialisation values are those of the panel's vendor.
/// Commands are sent with D/C low, arguments and pixels with D/C high.
/// Pixels are big-endian, by columns of the landscape picture from the left, each from the bottom.
/// There is no reset line, so the first command is a software reset.
/// </remarks>
/// <param name="bus">The chip: <c>spidev0.1</c>.</param>
/// <param name="dataLine">D/C: GPIO9.</param>
/// <param name="light">The backlight: GPIO12.</param>
/// <param name="wait">Waits for the chip.</param>
internal sealed class St7735Panel(ISpiDevice bus, IGpioLine dataLine, IGpioLine light, Action<TimeSpan> wait) : IPanel
{
    /// <summary>The GPIO number of D/C. The line is also MISO of SPI0, which is not used here.</summary>
    public const int DataLineNumber = 9;

    /// <summary>The GPIO number of the backlight.</summary>
    public const int LightLineNumber = 12;

    /// <summary>Half of the datasheet's maximum, as in the vendor's driver.</summary>
    public const uint Hertz = 10_000_000;

    private const byte ColumnsCommand = 0x2A;
    private const byte RowsCommand = 0x2B;
    private const byte PixelsCommand = 0x2C;

    /// <summary>The first visible column.</summary>
    private const int FirstColumn = 26;

    private const int FirstRow = 1;
    private const int ColumnCount = 80;
    private const int RowCount = 160;

    /// <summary>Whole rows per transfer.</summary>
    private const int RowsPerTransfer = LinuxSpiDevice.TransferBytesMax / (ColumnCount * sizeof(ushort));

    private readonly byte[] _transfer = new byte[RowsPerTransfer * ColumnCount * sizeof(ushort)];
    private bool _isStarted;
    private bool _isLit;

    /// <summary>Gets the initialisation sequence: each command with the number of its arguments, the arguments,
    /// and the pause after them in hundredths of a second.</summary>
    private static ReadOnlySpan<byte> Setup =>
    [
        0x01, 0, 15, // reset
        0x11, 0, 50, // wake
        0xB1, 3, 0x01, 0x2C, 0x2D, 0, // frame rate
        0xB2, 3, 0x01, 0x2C, 0x2D, 0,
        0xB3, 6, 0x01, 0x2C, 0x2D, 0x01, 0x2C, 0x2D, 0,
        0xB4, 1, 0x07, 0, // no column inversion
        0xC0, 3, 0xA2, 0x02, 0x84, 0, // voltages
        0xC1, 2, 0x0A, 0x00, 0,
        0xC3, 2, 0x8A, 0x2A, 0,
        0xC4, 2, 0x8A, 0xEE, 0,
        0xC5, 1, 0x0E, 0,
        0x21, 0, 0, // display inversion on: this glass shows colours inverted
        0x36, 1, 0xC8, 0, // scan direction, BGR order
        0x3A, 1, 0x05, 0, // 16 bits per pixel
        ColumnsCommand, 4, 0, FirstColumn, 0, FirstColumn + ColumnCount - 1, 0,
        RowsCommand, 4, 0, FirstRow, 0, FirstRow + RowCount - 1, 0,
        0xE0, 16, 0x02, 0x1C, 0x07, 0x12, 0x37, 0x32, 0x29, 0x2D, 0x29, 0x25, 0x2B, 0x39, 0x00, 0x01, 0x03, 0x10, 0,
        0xE1, 16, 0x03, 0x1D, 0x07, 0x06, 0x2E, 0x2C, 0x29, 0x2D, 0x2E, 0x2E, 0x37, 0x3F, 0x00, 0x00, 0x02, 0x10, 0,
        0x13, 0, 10, // normal mode: full screen
        0x29, 0, 10, // on
    ];

    /// <inheritdoc/>
    public string? Show(Canvas? picture)
    {
        if (picture is null)
        {
            _isLit = false;
            return PanelProblem.Describe(light.Write(isHigh: false), light.Name, "gpio");
        }

        var problem = _isStarted ? null : Start();
        problem ??= SendPicture(picture);
        if (problem is null && !_isLit)
        {
            // After the picture, to hide the old content of the chip's memory.
            problem = PanelProblem.Describe(light.Write(isHigh: true), light.Name, "gpio");
            _isLit = problem is null;
        }

        _isStarted = problem is null;
        return problem;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isLit)
        {
            _ = light.Write(isHigh: false);
        }

        light.Dispose();
        dataLine.Dispose();
        bus.Dispose();
    }

    private string? Start()
    {
        _isLit = false;
        for (var rest = Setup; !rest.IsEmpty;)
        {
            var arguments = rest.Slice(2, rest[1]);
            if (Send(rest[0], arguments) is { } problem)
            {
                return problem;
            }

            var pause = rest[2 + arguments.Length];
            rest = rest[(3 + arguments.Length)..];
            if (pause > 0)
            {
                wait(TimeSpan.FromMilliseconds(10 * pause));
            }
        }

        return null;
    }

    private string? SendPicture(Canvas picture)
    {
        // Repeated for each picture: a chip that was unplugged has lost the window.
        var problem = Send(ColumnsCommand, [0, FirstColumn, 0, FirstColumn + ColumnCount - 1])
            ?? Send(RowsCommand, [0, FirstRow, 0, FirstRow + RowCount - 1])
            ?? Send(PixelsCommand, []);
        problem ??= Select(isData: true);
        var place = 0;
        for (var row = 0; row < RowCount && problem is null; row++)
        {
            for (var column = 0; column < ColumnCount; column++, place += sizeof(ushort))
            {
                BinaryPrimitives.WriteUInt16BigEndian(
                    _transfer.AsSpan(place), picture[row, ColumnCount - 1 - column]);
            }

            if (place == _transfer.Length || row == RowCount - 1)
            {
                problem = Write(_transfer.AsSpan(0, place));
                place = 0;
            }
        }

        return problem;
    }

    private string? Send(byte command, ReadOnlySpan<byte> arguments)
    {
        var problem = Select(isData: false) ?? Write([command]);
        return arguments.IsEmpty ? problem : problem ?? Select(isData: true) ?? Write(arguments);
    }

    private string? Select(bool isData)
    {
        var outcome = dataLine.Write(isData);
        return outcome == DeviceOutcome.Busy
            ? $"{dataLine.Name} is the LCD's D/C line, but the kernel's SPI driver uses it as MISO, which the LCD does "
                + "not need; add dtoverlay=spi0-2cs,no_miso to config.txt and reboot"
            : PanelProblem.Describe(outcome, dataLine.Name, "gpio");
    }

    private string? Write(ReadOnlySpan<byte> bytes) => PanelProblem.Describe(bus.Write(bytes), bus.Name, "spi");
}
