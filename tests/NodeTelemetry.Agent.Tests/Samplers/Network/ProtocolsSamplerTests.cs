using System.Text;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Network;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Network;

public sealed class ProtocolsSamplerTests
{
    private const string Snmp =
        "Ip: Forwarding DefaultTTL\nIp: 1 64\nTcp: RtoAlgorithm MaxConn CurrEstab RetransSegs\nTcp: 1 -1 12 57\n";

    [Fact]
    public void Losses_connections_and_calls_are_reported()
    {
        using var bench = new SamplerBench("vm-no-sensors");
        bench.Write("proc/net/snmp", Snmp);
        bench.Write("proc/net/netstat", "TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 0 3 4\n");
        bench.Write("proc/net/softnet_stat", "0000ffff 00000002 0000000a 0\n00000001 00000001 00000000 0\n");
        bench.Write("proc/net/rpc/nfs", "net 0 0 0 0\nrpc 1200 3 0\nproc3 22 0\n");
        bench.Write("proc/sys/net/netfilter/nf_conntrack_count", "812\n");
        bench.Write("proc/sys/net/netfilter/nf_conntrack_max", "65536\n");
        var sampler = bench.Own(new ProtocolsSampler(bench.Host.Roots(), bench.Time));

        var section = bench.Section(ProtocolsSection.Definition, SampleOutcome.Ok, sampler)!;
        Assert.Equal(
            [12, 57, 4, 3, 10, 812, 65536, 1200, 3],
            ProtocolsSection.Definition.Fields.Select(field => section[field]!.Value));
    }

    [Fact]
    public void Losses_that_have_not_occurred_take_no_room()
    {
        using var bench = new SamplerBench("vm-no-sensors");
        bench.Write("proc/net/snmp", Snmp);
        bench.Write("proc/net/netstat", "TcpExt: ListenDrops\nTcpExt: 0\n");
        bench.Write("proc/net/softnet_stat", "0000ffff 00000000 00000000 0\n");
        var sampler = bench.Own(new ProtocolsSampler(bench.Host.Roots(), bench.Time));

        var section = bench.Section(ProtocolsSection.Definition, SampleOutcome.Ok, sampler)!;
        Assert.Equal(2, ProtocolsSection.Definition.Fields.Count(field => section[field] is not null));
    }

    [Theory]
    [InlineData(Snmp, 57.0)]
    [InlineData("Tcp: RetransSegs\nTcp: x\n", null)]
    [InlineData("Tcp: RetransSegs\n", null)]
    [InlineData("Tcp: CurrEstab\nTcp: 1 2\n", null)]
    [InlineData("", null)]
    public void Pairs_of_lines(string text, double? expected) =>
        Assert.Equal(expected, ProtocolsSampler.ParsePair(Encoding.UTF8.GetBytes(text), "Tcp:"u8, "RetransSegs"u8));

    [Fact]
    public void Damaged_files_have_no_numbers()
    {
        Assert.Null(ProtocolsSampler.ParseQueues("00 xx 00\n"u8));
        Assert.Null(ProtocolsSampler.ParseQueues("00 01\n"u8));
        Assert.Null(ProtocolsSampler.ParseQueues(default));
        Assert.Null(ProtocolsSampler.ParseCalls("rpc 12\n"u8));
        Assert.Null(ProtocolsSampler.ParseCalls("net 1 2 3\n"u8));
    }
}
