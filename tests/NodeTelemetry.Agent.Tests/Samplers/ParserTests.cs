using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Agent.Samplers.Containers;
using NodeTelemetry.Agent.Samplers.Cpu;
using NodeTelemetry.Agent.Samplers.Disks;
using NodeTelemetry.Agent.Samplers.Memory;
using NodeTelemetry.Agent.Samplers.Network;
using NodeTelemetry.Agent.Samplers.System;
using NodeTelemetry.Agent.Samplers.Textfile;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers;

/// <summary>All parsers with bytes that no kernel writes: they may refuse, never throw.</summary>
public sealed class ParserTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    public void Random_bytes_throw_nowhere(int seed)
    {
        var random = new Random(seed);
        var stat = new CpuStat(8);
        var buffer = new byte[400];
        for (var round = 0; round < 5_000; round++)
        {
            var text = buffer.AsSpan(0, random.Next(buffer.Length));
            random.NextBytes(text);
            Feed(stat, text);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    public void Damaged_kernel_files_throw_nowhere(int seed)
    {
        var random = new Random(seed);
        var stat = new CpuStat(8);
        var originals = Directory.GetFiles(RepositoryRoot.Fixture("hosts"), "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)
            .Where(bytes => bytes.Length is > 0 and < 4000)
            .ToArray();
        for (var round = 0; round < 5_000; round++)
        {
            var bytes = (byte[])originals[random.Next(originals.Length)].Clone();
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] =
                    (byte)(random.Next(3) == 0 ? random.Next(256) : "0123456789 \n:-."[random.Next(15)]);
            }

            Feed(stat, bytes.AsSpan(0, random.Next(bytes.Length)));
        }
    }

    [Theory]
    [InlineData("0.20 0.18 0.12 1/80 11206\n", true)]
    [InlineData("0.20 0.18 0.12", true)]
    [InlineData("", false)]
    [InlineData("0.20 0.18", false)]
    [InlineData("a b c", false)]
    [InlineData("-1 0 0", false)]
    [InlineData("99999999 0 0", false)]
    public void Load_averages(string text, bool isAccepted) =>
        Assert.Equal(isAccepted, LoadSampler.TryParse(Encoding.UTF8.GetBytes(text), new double[3], out _));

    [Theory]
    [InlineData("350735.47 234388.90\n", true, 350735)]
    [InlineData("0.99", true, 0)]
    [InlineData("", false, 0)]
    [InlineData("x", false, 0)]
    [InlineData("-5 1", false, 0)]
    [InlineData("18446744073709551615 1", false, 0)]
    public void Uptime(string text, bool isAccepted, long seconds)
    {
        Assert.Equal(isAccepted, UptimeSampler.TryParse(Encoding.UTF8.GetBytes(text), out var parsed));
        Assert.Equal(seconds, parsed);
    }

    [Theory]
    [InlineData("cpu-thermal", true)]
    [InlineData("x86_pkg_temp", true)]
    [InlineData("bcm2835_thermal", true)]
    [InlineData("soc-thermal", true)]
    [InlineData("bigcore0-thermal", true)]
    [InlineData("iwlwifi_1", false)]
    [InlineData("w1_slave_temp", false)]
    [InlineData("gpu-thermal", false)]
    public void Zones_of_the_processor(string type, bool isProcessor) =>
        Assert.Equal(isProcessor, CpuSensors.GetZoneRank(type) != CpuSensors.RankOther);

    [Theory]
    [InlineData("0-3\n", true, 4)]
    [InlineData("0-3,5", true, 5)]
    [InlineData("0", true, 1)]
    [InlineData("", false, 0)]
    [InlineData("3-1", false, 0)]
    [InlineData("1-", false, 1)]
    [InlineData("0-99999999", false, 0)]
    [InlineData("0;1", false, 0)]
    public void Lists_of_cores(string text, bool isAccepted, int count)
    {
        Assert.Equal(isAccepted, CpuList.TryCount(Encoding.UTF8.GetBytes(text), out var parsed));
        if (isAccepted)
        {
            Assert.Equal(count, parsed);
        }
    }

    [Theory]
    [InlineData("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n", "Debian GNU/Linux 12 (bookworm)")]
    [InlineData("ID=x\nPRETTY_NAME='Void'", "Void")]
    [InlineData("PRETTY_NAME=Plain\r\n", "Plain")]
    [InlineData("PRETTY_NAME=\"With \\\"quotes\\\"\"", "With \"quotes\"")]
    [InlineData("PRETTY_NAME=\"\"", null)]
    [InlineData("NAME=x", null)]
    [InlineData("", null)]
    public void Names_of_operating_systems(string text, string? expected) =>
        Assert.Equal(expected, OsRelease.ParsePrettyName(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Addresses_are_the_lasting_ones_of_global_scope()
    {
        using var host = new FixtureHost("x64-debian12");
        var found = NodeAddresses.Parse(
            File.ReadAllBytes(
                Path.Combine(host.Proc, "net/fib_trie")), File.ReadAllBytes(Path.Combine(host.Proc, "net/if_inet6")),
            default,
            static _ => false);

        Assert.Equal(["192.0.2.10", "198.51.100.1", "2001:db8::b62e:99ff:fe00:10"], found!);
        Assert.Null(NodeAddresses.Parse(default, default, default, static _ => true));
    }

    /// <summary>A host of ten Docker networks, whose own address sorts last.</summary>
    [Fact]
    public void Of_too_many_addresses_those_of_virtual_interfaces_are_left_out()
    {
        var networks = Enumerable.Range(17, 10).ToArray();
        var trie = string.Concat(networks.Select(static number => $"|-- 172.{number}.0.1\n/32 host LOCAL\n")) + "|-- 192.168.1.5\n/32 host LOCAL\n";
        var routes = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n"
            + "eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\neth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\n"
            + string.Concat(networks.Select(static number => $"br-{number}\t0000{number:X2}AC\t00000000\t0001\t0\t0\t0\t0000FFFF\n"));
        var found = NodeAddresses.Parse(
            Encoding.ASCII.GetBytes(trie),
            "fd000000000000000000000000000002 02 40 00 80 eth0\nfd010000000000000000000000000002 03 40 00 80 br-17\n"u8,
            Encoding.ASCII.GetBytes(routes),
            static name => name == "eth0")!;

        Assert.Equal(8, found.Count);
        Assert.Equal("172.17.0.1", found[0]);
        Assert.Equal(["192.168.1.5", "fd00::2"], found[^2..]);
    }

    private static void Feed(CpuStat stat, ReadOnlySpan<byte> text)
    {
        _ = LoadSampler.TryParse(text, stackalloc double[3], out _);
        _ = UptimeSampler.TryParse(text, out _);
        _ = MemorySampler.TryParse(
            text, new SectionBuilder(MeminfoSection.Definition), new SectionBuilder(MemorySection.Definition));
        _ = stat.TryParse(text);
        _ = CpuFrequencySampler.TryParseKilohertz(text, out _);
        var frequencies = new CpuinfoFrequencies(text);
        while (frequencies.TryRead(out _, out _))
        {
        }

        CpuPolicy.ParseCores(text);
        _ = ThermalThrottleSampler.TryParse(text, out _);
        VmstatSampler.Parse(text, "pswpin "u8);
        _ = PressureSampler.TryParse(text, "some"u8, out _, out _);
        _ = FileHandlesSampler.TryParse(text, out _, out _);
        ProtocolsSampler.ParsePair(text, "Tcp:"u8, "CurrEstab"u8);
        ProtocolsSampler.ParseQueues(text);
        ProtocolsSampler.ParseCalls(text);
        MdSampler.ParseProgress(text);
        DiskHealth.ParseCount(text);
        ContainersSampler.HasMemory(text);
        ContainersSampler.HasMemoryOfVersion1(text);
        ContainerState.ParseKeyed(text, "usage_usec"u8);
        _ = ContainerPath.TryParse(text, text, out _);
        ContainerPath.MayHold(text);
        ClusterRole.FindSwarmRole(text);
        BoardRevision.ParseCpuinfo(text);
        _ = BoardRevision.TryParseCode(text, out _);
        _ = FirmwareMessage.TryParseThrottled(text, out _);
        _ = SystemdSampler.TryParse("v"u8, text, out _);
        FeedTextfile(text);
        _ = SensorInput.TryParse(text, 0.001, out _);
        _ = ArcSize.TryParse(text, out _);
        CpuList.TryCount(text, out _);
        OsRelease.ParsePrettyName(text);
        NodeAddresses.Parse(text, text, text, static _ => false);
        NodeIdentity.ParseCpuinfoSerial(text);
        _ = BootIdentity.TryParse(text, out _);
        KernelText.Clean(text, 10);
    }

    private static void FeedTextfile(ReadOnlySpan<byte> text)
    {
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            if (TextfileLine.Parse(line, out var name, out var labels, out _) == TextfileError.None)
            {
                TextfileLine.Canonical(name, labels);
            }
        }
    }
}
