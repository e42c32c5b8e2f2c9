using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Board;

/// <summary>All sources of the bits, on a firmware that is as strict as the real one.</summary>
public sealed class ThrottledSamplerTests
{
    private const string Sysfs = "sys/devices/platform/soc/soc:firmware/get_throttled";

    private static readonly string[] Names = ["uv", "cap", "thr", "soft", "uvseen", "capseen", "thrseen", "softseen"];

    [Theory]
    [InlineData("0", "")]
    [InlineData("50000", "uvseen thrseen")]
    [InlineData("50005", "uv thr uvseen thrseen")]
    [InlineData("20002", "cap capseen")]
    [InlineData("80008", "soft softseen")]
    [InlineData("e0008", "soft capseen thrseen softseen")]
    [InlineData("70007", "uv cap thr uvseen capseen thrseen")]
    [InlineData("fff0fff0", "")]
    [InlineData("5", "uv thr uvseen thrseen")]
    public void Bits_of_the_mailbox(string bits, string expected)
    {
        using var bench = new SamplerBench("rpi4-bookworm");
        bench.Write("dev/vcio", bits);
        var sampler = Make(bench);
        var throttled = bench.Section(ThrottledSection.Definition, SampleOutcome.Ok, sampler)!;

        Assert.Equal(expected, Set(throttled));
        Assert.All(ThrottledSection.Definition.Fields, field => Assert.NotNull(throttled[field]));
    }

    [Fact]
    public void The_device_of_newer_systems_is_asked_where_the_other_is_roots()
    {
        using var bench = new SamplerBench("rpizero2w-bookworm");
        bench.Write("dev/vcio_gencmd", "50001");
        Assert.Equal("uv uvseen thrseen", Set(bench.Section(ThrottledSection.Definition, SampleOutcome.Ok, Make(bench))!));
    }

    [Fact]
    public void The_kernels_copy_comes_next_and_hwmon_last()
    {
        using var bench = new SamplerBench("rpi3-bullseye");
        bench.Write(Sysfs, "80008\n");
        var sampler = Make(bench);
        Assert.Equal("soft softseen", Set(bench.Section(ThrottledSection.Definition, SampleOutcome.Ok, sampler)!));

        // The file goes: hwmon knows one condition, and only that one is sent.
        bench.Write(Sysfs, "");
        bench.Host.Advance();
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        var throttled = bench.Section(ThrottledSection.Definition, SampleOutcome.Ok, sampler)!;
        Assert.Equal("uv uvseen", Set(throttled));
        Assert.Null(throttled[ThrottledSection.ThrottledNow]);
    }

    [Fact]
    public void What_happened_is_remembered_when_the_kernel_clears_the_firmwares_memory()
    {
        using var bench = new SamplerBench("rpi4-bookworm");
        bench.Write("dev/vcio", "50005");
        var sampler = Make(bench);
        bench.Sample(SampleOutcome.Ok, sampler);
        bench.Write("dev/vcio", "0");
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("uvseen thrseen", Set(bench.Section(ThrottledSection.Definition, SampleOutcome.Ok, sampler)!));
    }

    [Fact]
    public void A_firmware_that_does_not_answer_is_a_failure_and_no_reading()
    {
        using var bench = new SamplerBench("rpizero2w-bookworm");
        bench.Host.Remove("sys/class/hwmon");
        var sampler = Make(bench);
        bench.Sample(SampleOutcome.Ok, sampler);
        bench.Host.Remove("dev/vcio_gencmd");
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(bench.Section(ThrottledSection.Definition, SampleOutcome.Failed, sampler));
    }

    [Fact]
    public void Other_machines_have_nothing_until_a_driver_comes()
    {
        using var bench = new SamplerBench("x64-debian12");
        var sampler = Make(bench);
        bench.Sample(SampleOutcome.NoData, sampler);
        bench.Write("dev/vcio", "1");
        bench.Sample(SampleOutcome.NoData, sampler);
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        bench.Sample(SampleOutcome.Ok, sampler);
    }

    [Fact]
    public void The_request_is_the_one_of_the_firmwares_documentation()
    {
        var message = new uint[FirmwareMessage.ThrottledWords];
        FirmwareMessage.RequestThrottled(message);
        Assert.Equal([0x20u, 0, 0x00030046, 4, 0, 0, 0, 0], message);

        uint[] reply = [0x20, 0x80000000, 0x00030046, 4, 0x80000004, 0x50005, 0, 0];
        Assert.True(FirmwareMessage.TryReadThrottled(reply, out var bits));
        Assert.Equal(0x50005u, bits);
        reply[1] = 0x80000001;
        Assert.False(FirmwareMessage.TryReadThrottled(reply, out _));

        var command = new uint[FirmwareMessage.CommandWords];
        FirmwareMessage.RequestCommand(command, "get_throttled"u8);
        Assert.Equal(4124u, command[0]);
        Assert.Equal(1031, command.Length);
        Assert.False(FirmwareMessage.TryReadCommand(command, out _));
    }

    [Theory]
    [InlineData("throttled=0x50000", true, 0x50000)]
    [InlineData("50000\n", true, 0x50000)]
    [InlineData("0", true, 0)]
    [InlineData("", false, 0)]
    [InlineData("throttled=0x", false, 0)]
    [InlineData("error=1", false, 0)]
    [InlineData("fffffffff", false, 0)]
    public void Bits_as_text(string text, bool isAccepted, uint expected)
    {
        Assert.Equal(
            isAccepted, FirmwareMessage.TryParseThrottled(Encoding.ASCII.GetBytes(text), out var bits));
        Assert.Equal(expected, bits);
    }

    [Fact]
    public void A_device_that_is_none_says_so()
    {
        using var bench = new SamplerBench("rpi4-bookworm");
        var calls = new LinuxKernelCalls();
        const int NotATerminal = -25;
        Assert.Equal(NotATerminal, calls.CallFirmware(Path.Combine(bench.Host.Root, "dev/vcio"), new uint[8]));
        Assert.Equal(-2, calls.CallFirmware("/nonexistent/vcio", new uint[8]));
    }

    private static ThrottledSampler Make(SamplerBench bench) =>
        bench.Own(new ThrottledSampler(bench.Host.Roots(), bench.Kernel, bench.Time));

    private static string Set(SectionReading throttled) => string.Join(' ', Names.Where(
        name => throttled[ThrottledSection.Definition.Fields.Single(field => field.WireName == name)] == 1));
}
