using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Tests.Displays.Panels;

/// <summary>The LCD's chip with its glass: executes what comes over the wires, and can be looked at.</summary>
/// <remarks>Written from the datasheet: commands while D/C is low, parameters while it is high; memory of 132 by 162
/// pixels with a window that is filled row by row; MADCTL, inversion, pixel format, sleep and display on/off are obeyed,
/// and timing rules after reset and wake are checked.</remarks>
internal sealed class SimulatedSt7735 : ISpiDevice
{
    private const int Columns = 132;
    private const int Rows = 162;

    /// <summary>Where this glass sits on the chip's memory.</summary>
    private const int GlassColumn = 26;
    private const int GlassRow = 1;
    private const int GlassColumns = 80;
    private const int GlassRows = 160;

    private readonly ushort[,] _memory = new ushort[Rows, Columns];
    private readonly List<byte> _arguments = [];
    private byte _command;
    private int _column;
    private int _row;
    private int _highByte = -1;
    private (int First, int Last) _columns = (0, Columns - 1);
    private (int First, int Last) _rows = (0, Rows - 1);
    private TimeSpan _now;
    private TimeSpan _readyAt;

    public SimulatedSt7735()
    {
        DataLine = new Line(this, "GPIO9");
        Light = new Line(this, "GPIO12");
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                // What a chip remembers after power-up.
                _memory[row, column] = (ushort)((row * 31) ^ (column * 97));
            }
        }
    }

    /// <inheritdoc/>
    public string Name => "spidev0.1";

    /// <summary>Gets the line D/C.</summary>
    public Line DataLine { get; }

    /// <summary>Gets the line of the light.</summary>
    public Line Light { get; }

    /// <summary>Gets every transfer's length and level of D/C.</summary>
    public List<(bool IsData, int Length)> Transfers { get; } = [];

    /// <summary>Gets what was done that the datasheet forbids.</summary>
    public List<string> Offences { get; } = [];

    /// <summary>Gets or sets how the next transfers go.</summary>
    public DeviceOutcome Fault { get; set; }

    /// <summary>Gets a value indicating whether it is awake.</summary>
    public bool IsAwake { get; private set; }

    /// <summary>Gets a value indicating whether the glass shows the memory.</summary>
    public bool IsOn { get; private set; }

    /// <summary>Gets a value indicating whether colours are inverted, which this glass needs.</summary>
    public bool IsInverted { get; private set; }

    /// <summary>Gets how memory is read out.</summary>
    public byte Order { get; private set; }

    /// <summary>Gets the code of the pixel format.</summary>
    public byte Format { get; private set; } = 6;

    /// <summary>Gets how often it was opened again after <see cref="Dispose"/>.</summary>
    public int DisposeCount { get; private set; }

    /// <summary>Lets time pass for the chip.</summary>
    public void Wait(TimeSpan time) => _now += time;

    /// <summary>Forgets everything, as without power.</summary>
    public void Unplug()
    {
        (IsAwake, IsOn, IsInverted, Order, Format) = (false, false, false, 0, 6);
        Array.Clear(_memory);
    }

    /// <summary>Gets what a person sees who holds the board so that the picture lies upright.</summary>
    public ushort[,] Look()
    {
        var seen = new ushort[GlassRows, GlassColumns];
        for (var x = 0; x < GlassRows; x++)
        {
            for (var y = 0; y < GlassColumns; y++)
            {
                // The board lies on its side: the memory's rows run from left to right, its columns upwards.
                var pixel = _memory[GlassRow + x, GlassColumn + GlassColumns - 1 - y];
                seen[x, y] = IsOn && IsAwake && Light.IsHigh ? pixel : (ushort)0;
            }
        }

        return seen;
    }

    /// <inheritdoc/>
    public DeviceOutcome Write(ReadOnlySpan<byte> bytes)
    {
        if (Fault != DeviceOutcome.Ok)
        {
            return Fault;
        }

        Transfers.Add((DataLine.IsHigh, bytes.Length));
        foreach (var value in bytes)
        {
            if (DataLine.IsHigh)
            {
                TakeData(value);
            }
            else
            {
                TakeCommand(value);
            }
        }

        return DeviceOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose() => DisposeCount++;

    private void TakeCommand(byte command)
    {
        if (_now < _readyAt)
        {
            Offences.Add($"Command {command:X2} came {_readyAt - _now} too early.");
        }

        _command = command;
        _arguments.Clear();
        _highByte = -1;
        switch (command)
        {
            case 0x01:
                Unplug();
                _columns = (0, Columns - 1);
                _rows = (0, Rows - 1);
                _readyAt = _now + TimeSpan.FromMilliseconds(120);
                break;
            case 0x11:
                IsAwake = true;
                _readyAt = _now + TimeSpan.FromMilliseconds(120);
                break;
            case 0x20 or 0x21:
                IsInverted = command == 0x21;
                break;
            case 0x28 or 0x29:
                IsOn = command == 0x29;
                break;
            case 0x2C:
                (_column, _row) = (_columns.First, _rows.First);
                break;
            case 0x13 or 0x2A or 0x2B or 0x36 or 0x3A or 0xB1 or 0xB2 or 0xB3 or 0xB4
                or 0xC0 or 0xC1 or 0xC3 or 0xC4 or 0xC5 or 0xE0 or 0xE1:
                break;
            default:
                Offences.Add($"Command {command:X2} is unknown.");
                break;
        }
    }

    private void TakeData(byte value)
    {
        if (_command == 0x2C)
        {
            TakePixelByte(value);
            return;
        }

        _arguments.Add(value);
        switch (_command, _arguments)
        {
            case (0x2A, [var high, var low, var lastHigh, var lastLow]):
                _columns = ((high << 8) | low, (lastHigh << 8) | lastLow);
                break;
            case (0x2B, [var high, var low, var lastHigh, var lastLow]):
                _rows = ((high << 8) | low, (lastHigh << 8) | lastLow);
                break;
            case (0x36, [var order]):
                Order = order;
                break;
            case (0x3A, [var format]):
                Format = format;
                break;
            case (0xE0 or 0xE1, { Count: > 16 }) or (0xB1 or 0xB2 or 0xC0, { Count: > 3 }) or (0xB3, { Count: > 6 }):
                Offences.Add($"Command {_command:X2} has too many arguments.");
                break;
        }
    }

    private void TakePixelByte(byte value)
    {
        if (Format != 5)
        {
            Offences.Add("Pixels came before their format.");
        }

        if (_highByte < 0)
        {
            _highByte = value;
            return;
        }

        if (_row > _rows.Last)
        {
            Offences.Add("More pixels than the window has.");
            return;
        }

        _memory[_row, _column] = (ushort)((_highByte << 8) | value);
        _highByte = -1;
        if (++_column > _columns.Last)
        {
            _column = _columns.First;
            _row++;
        }
    }

    /// <summary>A line of the header that ends at the chip.</summary>
    internal sealed class Line(SimulatedSt7735 chip, string name) : IGpioLine
    {
        public string Name => name;

        public bool IsHigh { get; private set; }

        /// <summary>Gets or sets how the next calls go.</summary>
        public DeviceOutcome Fault { get; set; }

        /// <summary>Gets how many transfers had come when it was last driven.</summary>
        public int TransfersBefore { get; private set; }

        public DeviceOutcome Write(bool isHigh)
        {
            if (Fault == DeviceOutcome.Ok)
            {
                IsHigh = isHigh;
                TransfersBefore = chip.Transfers.Count;
            }

            return Fault;
        }

        public DeviceOutcome Read(out bool isHigh)
        {
            isHigh = IsHigh;
            return Fault;
        }

        public void Dispose()
        {
        }
    }
}
