using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Devices;

/// <summary>Keys: found by name, taken one by one.</summary>
public sealed class InputDeviceTests : IDisposable
{
    private const string Name = "Raspberry Pi Sense HAT Joystick";

    private readonly TempFolder _folder = new();
    private readonly SimulatedFiles _calls = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Only_presses_of_keys_are_taken()
    {
        Add("event7",
            [.. InputEvents.Make(1, 103, 1), .. InputEvents.Make(0, 0, 0),
            .. InputEvents.Make(1, 103, 2), .. InputEvents.Make(1, 103, 0),
            .. InputEvents.Make(4, 4, 1), .. InputEvents.Make(1, 28, 1)]);
        using var device = Open();

        Assert.True(device!.TryTakeKey(out var first));
        Assert.True(device.TryTakeKey(out var second));
        Assert.False(device.TryTakeKey(out _));

        Assert.Equal((103, 28), (first, second));
    }

    /// <summary>The bytes are those of a kernel of 64 bits.</summary>
    [Fact]
    public void The_bytes_of_a_real_event_are_understood()
    {
        if (nint.Size != 8)
        {
            Assert.Skip("The event is of a machine with 64 bits.");
        }

        Add("event0", Convert.FromHexString(
            "00F153650000000040E2010000000000010067000100000000F153650000000040E20100000000000000000000000000"));
        using var device = Open();

        Assert.True(device!.TryTakeKey(out var key));
        Assert.Equal(103, key);
        Assert.False(device.TryTakeKey(out _));
    }

    [Fact]
    public void A_device_that_has_gone_is_closed()
    {
        Add("event0", []);
        using var device = Open();

        // A file ends where a device would wait.
        Assert.False(device!.TryTakeKey(out _));

        Assert.Equal(-1, device.Descriptor);
        Assert.Equal(0, _calls.OpenCount);
    }

    [Fact]
    public void Other_devices_are_left_alone()
    {
        _folder.Write("sys/class/input/event0/device/name", "Power Button\n");
        Assert.Null(Open());

        Add("event1", []);
        _calls.OpenFault = -13;
        Assert.Null(Open());
    }

    private InputDevice? Open() =>
        InputDevice.Open(_calls, new KernelRoots { Sys = _folder["sys"], Dev = _folder["dev"] }, Name);

    private void Add(string number, byte[] events)
    {
        _folder.Write($"sys/class/input/{number}/device/name", Name + "\n");
        _folder.Write($"dev/input/{number}", string.Empty);
        File.WriteAllBytes(_folder[$"dev/input/{number}"], events);
    }
}
