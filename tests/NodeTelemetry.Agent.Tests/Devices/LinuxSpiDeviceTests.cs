using NodeTelemetry.Agent.Devices;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Devices;

/// <summary>A chip by spidev: a file takes its bytes, and what is asked of the kernel is looked at.</summary>
public sealed class LinuxSpiDeviceTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SimulatedFiles _calls = new();
    private readonly LinuxSpiDevice _device;

    public LinuxSpiDeviceTests()
    {
        _folder.Write("spidev0.1", string.Empty);
        _device = new LinuxSpiDevice(_calls, _folder["spidev0.1"], 10_000_000);
    }

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Mode_word_and_speed_are_set_once_and_bytes_are_written()
    {
        Assert.Equal(DeviceOutcome.Ok, _device.Write([1, 2]));
        Assert.Equal(DeviceOutcome.Ok, _device.Write([3]));

        Assert.Equal("spidev0.1", _device.Name);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_folder["spidev0.1"]));
        Assert.Equal(
            ["40016B01=00", "40016B03=08", "40046B04=80969800"],
            _calls.Requests.Select(static one => $"{one.Request:X8}={Convert.ToHexString(one.Bytes)}"));
        Assert.Equal(1, _calls.OpenCount);
    }

    [Fact]
    public void An_absent_or_forbidden_device_is_reported_and_opened_once_available()
    {
        _calls.OpenFault = -13;
        Assert.Equal(DeviceOutcome.NotPermitted, _device.Write([1]));
        _calls.OpenFault = -2;
        Assert.Equal(DeviceOutcome.Absent, _device.Write([1]));

        _calls.OpenFault = 0;
        Assert.Equal(DeviceOutcome.Ok, _device.Write([1]));

        _device.Dispose();
        Assert.Equal(0, _calls.OpenCount);
    }

    [Fact]
    public void More_than_a_transfer_takes_is_the_callers_fault() =>
        Assert.Throws<ArgumentException>(() => _device.Write(new byte[LinuxSpiDevice.TransferBytesMax + 1]));

    [Fact]
    public void Writing_allocates_nothing() => Allocation.AssertNone(() => _device.Write([1, 2, 3]));
}
