using System.Buffers.Binary;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Devices;

/// <summary>A serial port at a terminal of the running kernel.</summary>
public sealed class SerialPortTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly PseudoTerminal _terminal = new();
    private readonly LinuxDeviceCalls _calls = new();
    private readonly SerialPort _port;

    public SerialPortTests() => _port = new SerialPort(_calls, _terminal.Path);

    public void Dispose()
    {
        _port.Dispose();
        _terminal.Dispose();
    }

    [Fact]
    public void Every_byte_passes_in_both_directions_unchanged_and_without_an_echo()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(static value => (byte)value)];
        Assert.Equal(DeviceOutcome.Ok, _port.Write([]));

        _terminal.Write(all);
        Assert.Equal(all, ReadAll(all.Length));

        Assert.Equal(DeviceOutcome.Ok, _port.Write(all));
        Assert.Equal(all, _terminal.Read(all.Length));
    }

    [Fact]
    public void It_is_raw_at_9600_baud_with_eight_bits()
    {
        Assert.Equal(DeviceOutcome.Ok, _port.Write([]));

        var terminal = _calls.Open(_terminal.Path, LibC.OpenToRead | 0x100);
        Assert.SkipWhen(terminal < 0, $"A second opening is refused to this user, as it should be: {terminal}.");
        var attributes = new byte[36];
        Assert.Equal(0, _calls.Control(terminal, 0x5401, attributes));
        _calls.Close(terminal);

        // c_iflag, c_oflag, c_cflag, c_lflag; VMIN and VTIME.
        Assert.Equal(0u, BinaryPrimitives.ReadUInt32LittleEndian(attributes));
        Assert.Equal(0u, BinaryPrimitives.ReadUInt32LittleEndian(attributes.AsSpan(4)));
        Assert.Equal(0x8BDu, BinaryPrimitives.ReadUInt32LittleEndian(attributes.AsSpan(8)));
        Assert.Equal(0u, BinaryPrimitives.ReadUInt32LittleEndian(attributes.AsSpan(12)));
        Assert.Equal((1, 0), (attributes[17 + 6], attributes[17 + 5]));
    }

    [Fact]
    public void Silence_is_no_failure()
    {
        Assert.Equal(DeviceOutcome.Ok, _port.Read(new byte[8], TimeSpan.FromMilliseconds(1), out var length));
        Assert.Equal(0, length);
    }

    [Fact]
    public void A_cable_that_is_pulled_is_an_outcome()
    {
        Assert.Equal(DeviceOutcome.Ok, _port.Write([]));
        _terminal.Dispose();

        Assert.NotEqual(DeviceOutcome.Ok, _port.Read(new byte[8], Deadline, out _));
        Assert.NotEqual(DeviceOutcome.Ok, _port.Read(new byte[8], Deadline, out _));
        Assert.NotEqual(DeviceOutcome.Ok, _port.Write([1]));
    }

    [Fact]
    public void What_is_no_port_is_refused()
    {
        using var absent = new SerialPort(_calls, "/nonexistent/ttyAMA0");
        using var other = new SerialPort(_calls, "/dev/null");

        Assert.Equal(DeviceOutcome.Absent, absent.Write([1]));
        Assert.Equal(DeviceOutcome.Failed, other.Write([1]));
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        var buffer = new byte[8];

        Allocation.AssertNone(() =>
        {
            _port.Write([1]);
            _port.Read(buffer, TimeSpan.Zero, out _);
            _port.Dispose();
        });
    }

    private byte[] ReadAll(int length)
    {
        var bytes = new byte[length];
        for (var count = 0; count < length;)
        {
            Assert.Equal(DeviceOutcome.Ok, _port.Read(bytes.AsSpan(count), Deadline, out var piece));
            Assert.NotEqual(0, piece);
            count += piece;
        }

        return bytes;
    }
}
