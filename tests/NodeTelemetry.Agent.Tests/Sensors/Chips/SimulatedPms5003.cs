using System.Buffers.Binary;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Tests.Devices;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Agent.Tests.Sensors.Chips;

/// <summary>A particle counter at a serial port: sleeps, wakes, warms up and sends frames as the data manual has it. Time
/// passes while it is waited for.</summary>
internal sealed class SimulatedPms5003 : IDeviceCalls
{
    /// <summary>A file that is there on every machine.</summary>
    public const string PortPath = "/dev/null";

    private const int Descriptor = 5;
    private const int NoEntry = -2;
    private const int TryAgain = -11;
    private const int BadAddress = -14;
    private const int NotTerminal = -25;
    private static readonly TimeSpan FramePeriod = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time;
    private readonly Queue<byte> _sent = [];
    private long _lastFrame;
    private bool _isRaw;
    private bool _isAwake = true;

    public SimulatedPms5003(ManualTimeProvider time)
    {
        _time = time;
        Enable.IsHigh = Reset.IsHigh = true;
        Enable.Written = _ => Restart();
        Reset.Written = _ => Restart();
    }

    /// <summary>Gets the line SET, which a resistor holds high.</summary>
    public SimulatedGpioLine Enable { get; } = new("GPIO22");

    /// <summary>Gets the line RESET, which a resistor holds high.</summary>
    public SimulatedGpioLine Reset { get; } = new("GPIO27");

    /// <summary>Gets or sets a value indicating whether the adapter is there.</summary>
    public bool IsPortThere { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether the sensor's cable is plugged in.</summary>
    public bool IsPlugged { get; set; } = true;

    /// <summary>Gets or sets what the next frame says, by the time since it began to run.</summary>
    public Func<TimeSpan, ushort[]> Words { get; set; } = static _ => [5, 13, 22, 5, 13, 22, 765, 252, 29, 15, 6, 6, 0x9700];

    /// <summary>Gets or sets what becomes of a frame on the line.</summary>
    public Func<byte[], byte[]> OnLine { get; set; } = static frame => frame;

    /// <summary>Gets or sets what happens before it is waited for.</summary>
    public Action? Waiting { get; set; }

    /// <summary>Gets a value indicating whether laser and fan run.</summary>
    public bool IsRunning => _isAwake && IsPlugged && Enable.IsHigh && Reset.IsHigh;

    /// <summary>Gets the commands that it has been given.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>Gets a value indicating whether the port is open.</summary>
    public bool IsOpen { get; private set; }

    private long Started { get; set; }

    /// <inheritdoc/>
    public int Open(string path, int flags)
    {
        IsOpen = IsPortThere && path == PortPath;
        return IsOpen ? Descriptor : NoEntry;
    }

    /// <inheritdoc/>
    public int Control(int descriptor, uint request, Span<byte> structure)
    {
        switch (request)
        {
            case 0x540C:
                return 0;
            case 0x5402 when structure.Length >= 36:
                _isRaw = BinaryPrimitives.ReadUInt32LittleEndian(structure[8..]) == 0x8BD;
                return 0;
            case 0x5402:
                return BadAddress;
            default:
                return NotTerminal;
        }
    }

    /// <inheritdoc/>
    public int Read(int descriptor, Span<byte> into)
    {
        if (!IsPortThere)
        {
            return 0;
        }

        var count = 0;
        while (count < into.Length && _sent.TryDequeue(out into[count]))
        {
            count++;
        }

        return count == 0 ? TryAgain : count;
    }

    /// <inheritdoc/>
    public int Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        if (!_isRaw)
        {
            return TryAgain;
        }

        var command = Convert.ToHexString(bytes);
        Commands.Add(command);
        if (IsPlugged && Enable.IsHigh && Reset.IsHigh)
        {
            Obey(command);
        }

        return bytes.Length;
    }

    /// <inheritdoc/>
    public bool WaitUntilReadable(int descriptor, TimeSpan limit)
    {
        Waiting?.Invoke();
        if (_sent.Count > 0 || !IsPortThere)
        {
            return true;
        }

        _time.Advance(limit);
        if (IsRunning && _time.GetElapsedTime(_lastFrame) >= FramePeriod)
        {
            _lastFrame = _time.GetTimestamp();
            foreach (var value in OnLine(Frame()))
            {
                _sent.Enqueue(value);
            }
        }

        return _sent.Count > 0;
    }

    /// <inheritdoc/>
    public void Close(int descriptor)
    {
        IsOpen = _isRaw = false;
        _sent.Clear();
    }

    private void Obey(string command)
    {
        var wasAwake = _isAwake;
        switch (command)
        {
            case "424DE400000173":
                _isAwake = false;
                Answer("424D0004E4000177");
                break;
            case "424DE400010174":
                _isAwake = true;
                break;
            case "424DE100010171":
                Answer("424D0004E1010175");
                break;
            default:
                throw new InvalidOperationException($"The sensor does not know {command}.");
        }

        if (_isAwake && !wasAwake)
        {
            Restart();
        }
    }

    private void Answer(string hex)
    {
        foreach (var value in Convert.FromHexString(hex))
        {
            _sent.Enqueue(value);
        }
    }

    private void Restart()
    {
        // A reset ends the sleep that a command began.
        _isAwake |= !Reset.IsHigh;
        Started = _lastFrame = _time.GetTimestamp();
        _sent.Clear();
    }

    private byte[] Frame()
    {
        var frame = new byte[32];
        Convert.FromHexString("424D001C").CopyTo(frame, 0);
        var offset = 4;
        foreach (var word in Words(_time.GetElapsedTime(Started)))
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(offset), word);
            offset += sizeof(ushort);
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(30), (ushort)frame.Take(30).Sum(static value => value));
        return frame;
    }
}
