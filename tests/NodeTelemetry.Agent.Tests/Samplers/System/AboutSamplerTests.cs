using System.Text;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Agent.Samplers.Containers;
using NodeTelemetry.Agent.Samplers.System;
using NodeTelemetry.Protocol.Readings;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.System;

public sealed class AboutSamplerTests
{
    [Theory]
    [InlineData("rpi3-bullseye", "a020d3", "Sense HAT", "docker", "swarm worker")]
    [InlineData("rpi4-bookworm", "c03114", "Enviro", "docker", null)]
    [InlineData("rpi5-bookworm", "d04170", null, "k3s", "k3s agent")]
    [InlineData("rpizero2w-bookworm", "902120", null, null, null)]
    [InlineData("odroid-xu4", "0100", null, null, null)]
    [InlineData("x64-server-64", "1.01", null, "docker", "swarm manager")]
    [InlineData("container", null, null, null, null)]
    [InlineData("hostile", null, null, null, null)]
    public void What_a_board_is_and_does(string host, string? revision, string? hat, string? runtime, string? role)
    {
        using var bench = new SamplerBench(host);
        var about = About(bench);
        Assert.Equal((revision, hat, runtime, role), (about.Revision, about.Hat, about.Runtime, about.Role));
    }

    [Fact]
    public void The_serial_is_given_as_a_hash_only()
    {
        using var bench = new SamplerBench("rpi5-bookworm");
        Assert.Equal("8 digits", $"{About(bench).SerialHash!.Length} digits");
        Assert.DoesNotContain(About(bench).SerialHash!, "c0ffee0512345678", StringComparison.Ordinal);
        using var other = new SamplerBench("rpi4-bookworm");
        Assert.NotEqual(About(other).SerialHash, About(bench).SerialHash);
        using var none = new SamplerBench("odroid-xu4");
        Assert.Null(About(none).SerialHash);
    }

    [Fact]
    public void A_runtime_may_come_after_the_agent()
    {
        using var bench = new SamplerBench("rpizero2w-bookworm");
        var sampler = bench.Own(new AboutSampler(bench.Host.Roots(), "arch", "0"));
        Assert.Null(bench.Sample(SampleOutcome.Ok, sampler).About!.Runtime);
        bench.Write("run/containerd/containerd.sock", "");
        Assert.Equal("containerd", bench.Sample(SampleOutcome.Ok, sampler).About!.Runtime);
    }

    [Fact]
    public void A_display_may_be_found_after_the_start()
    {
        using var bench = new SamplerBench("rpizero2w-bookworm");
        string? display = null;
        var sampler = bench.Own(new AboutSampler(bench.Host.Roots(), "arch", "0", () => display));
        Assert.Null(bench.Sample(SampleOutcome.Ok, sampler).About!.Display);
        display = "enviro";
        Assert.Equal("enviro", bench.Sample(SampleOutcome.Ok, sampler).About!.Display);
    }

    [Theory]
    [InlineData("0: 00:0949 00:0000 0A x\n", "swarm manager")]
    [InlineData("0: 00:1F0A 00:0000 0A\n1: 00:0949 00:0000 0A", "swarm manager")]
    [InlineData("0: 00:1F0A 00:0000 0A\n", "swarm worker")]
    [InlineData("0: 00:0949 00:0000 01\n", null)]
    [InlineData("0: 00:8000 00:0949 0A\n", null)]
    [InlineData("0: 00:0949", null)]
    [InlineData("", null)]
    public void Ports_of_a_swarm(string sockets, string? role) =>
        Assert.Equal(role, ClusterRole.FindSwarmRole(Encoding.UTF8.GetBytes(sockets)));

    [Theory]
    [InlineData("processor\t: 0\nCPU revision\t: 4\nRevision\t: a020d3\nSerial\t: 1", "a020d3")]
    [InlineData("Revision\t: ", null)]
    [InlineData("Revision", null)]
    [InlineData("", null)]
    public void Revisions_of_cpuinfo(string text, string? expected) =>
        Assert.Equal(expected, BoardRevision.ParseCpuinfo(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("00c03115", "c03115")]
    [InlineData("ffffffff", "ffffffff")]
    [InlineData("c031", null)]
    [InlineData("", null)]
    public void Codes_of_the_device_tree(string bytes, string? expected)
    {
        Assert.Equal(expected is not null, BoardRevision.TryParseCode(Convert.FromHexString(bytes), out var text));
        Assert.Equal(expected, text);
    }

    private static AboutReading About(SamplerBench bench)
    {
        using var sampler = new AboutSampler(bench.Host.Roots(), "arch", "0");
        return bench.Sample(SampleOutcome.Ok, sampler).About!;
    }
}
