using System.Text;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Protocol.Tests;

/// <summary>The files under <c>fixtures/datagrams</c>: what once was valid stays valid, and what is refused is refused
/// for its reason.</summary>
public sealed class DatagramFixtureTests
{
    private readonly SnapshotDecoder _decoder = new();

    public static TheoryData<string> Valid => FilesIn("valid");

    public static TheoryData<string> DecodeOnly => FilesIn("valid", "decode-only");

    public static TheoryData<string> Invalid => FilesIn("invalid");

    [Theory]
    [MemberData(nameof(Valid))]
    public void A_valid_datagram_is_written_again_byte_for_byte(string file)
    {
        var bytes = File.ReadAllBytes(RepositoryRoot.Fixture("datagrams", "valid", file));

        Assert.Equal(DecodeError.None, _decoder.Decode(bytes, out var snapshot));

        using var encoder = new SnapshotEncoder();
        Assert.Equal(1, encoder.Encode(snapshot!));
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(encoder.Datagram(0).Span));
    }

    [Theory]
    [MemberData(nameof(DecodeOnly))]
    public void A_datagram_of_others_is_decoded(string file)
    {
        Assert.Equal(DecodeError.None, Decode(file, out var snapshot));
        Assert.NotNull(snapshot);
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void An_invalid_datagram_is_refused_for_the_reason_in_its_name(string file)
    {
        var expected = Enum.Parse<DecodeError>(file[..file.IndexOf('-', StringComparison.Ordinal)]);
        var bytes = File.ReadAllBytes(RepositoryRoot.Fixture("datagrams", "invalid", file));

        Assert.Equal(expected, _decoder.Decode(bytes, out var snapshot));
        Assert.Null(snapshot);
    }

    [Fact]
    public void Every_reason_has_an_example()
    {
        var shown = Directory.GetFiles(RepositoryRoot.Fixture("datagrams", "invalid"))
            .Select(path => Path.GetFileName(path).Split('-')[0])
            .ToHashSet();

        Assert.Equal(
            Enum.GetNames<DecodeError>().Where(name => name != nameof(DecodeError.None)).Order(), shown.Order());
    }

    [Fact]
    public void Every_section_of_the_full_datagram_arrives()
    {
        var bytes = File.ReadAllBytes(RepositoryRoot.Fixture("datagrams", "valid", "full.json"));
        _decoder.Decode(bytes, out var snapshot);

        Assert.Equal("pi4-01", snapshot!.Hostname);
        Assert.Equal(
            new SampleHeader
            {
                Node = "a1b2c3d4e5f60718",
                Boot = 0x5a1e33d0,
                Run = 0x0badcafe,
                Sequence = 17,
                TimeMilliseconds = 1_795_000_000_123,
                IntervalMilliseconds = 2000,
                UptimeSeconds = 350_735,
            },
            snapshot.Header);
        Assert.Equal(1800e6, snapshot[CpuSummarySection.FrequencyHertz]);
        Assert.Equal(48.686, snapshot[CpuSummarySection.TemperatureCelsius]);
        Assert.Equal([0.21, 0.05, 0.115, 0.135], snapshot.Cores());
        Assert.Equal([0.42, 0.31, 0.28], LoadSection.Definition.Fields.Select(field => snapshot[field]!.Value));
        Assert.Equal(3_884_356L * 1024, snapshot[MeminfoSection.TotalBytes]);
        Assert.Equal(1 - (3_214_568.0 / 3_884_356), snapshot[MeminfoSection.UsedRatio]);
        Assert.Equal("Enviro", snapshot.About!.Hat);
        Assert.Equal(["192.0.2.41", "2001:db8::41"], snapshot.About.Addresses!);
        Assert.Equal([new("rack", "2"), new("role", "worker")], snapshot.Labels!);
    }

    [Fact]
    public void A_higher_version_is_read_for_the_keys_it_shares()
    {
        Decode("version-2-with-unknown-keys.json", out var snapshot);

        Assert.Equal(2, snapshot!.Header!.Version);
        Assert.Equal("a1b2c3d4e5f60718", snapshot.Header.Node);
        Assert.Equal(0.5, snapshot[CpuSummarySection.UsageRatio]);
    }

    [Theory]
    [InlineData("raspi-cluster.json")]
    [InlineData("raspi-cluster-8192.json")]
    public void The_whole_meminfo_of_a_modern_kernel_is_taken_from_raspi_cluster(string file)
    {
        var length = new FileInfo(RepositoryRoot.Fixture("datagrams", "valid", "decode-only", file)).Length;
        Assert.InRange(length, 1473, WireLimits.ReceivedBytesMax);

        Decode(file, out var snapshot);

        Assert.Null(snapshot!.Header);
        Assert.Equal("raspi-3", snapshot.Hostname);
        Assert.Equal(51.54, snapshot[CpuSummarySection.TemperatureCelsius]);
        Assert.True(snapshot[MeminfoSection.TotalBytes] > 0);
    }

    [Fact]
    public void Shares_slightly_outside_their_range_are_pulled_inside()
    {
        Decode("raspi-cluster-float-meminfo.json", out var snapshot);

        Assert.Equal(0, snapshot![CpuSummarySection.UsageRatio]);
        Assert.Equal([1, 0], snapshot.Cores());
        Assert.Equal(945_364L * 1024, snapshot[MeminfoSection.TotalBytes]);
    }

    private static TheoryData<string> FilesIn(params string[] folder) =>
        [.. Directory.GetFiles(RepositoryRoot.Fixture(["datagrams", .. folder]))
            .Select(path => Path.GetFileName(path)!).Order()];

    private DecodeError Decode(string file, out NodeSnapshot? snapshot) =>
        _decoder.Decode(
            File.ReadAllBytes(RepositoryRoot.Fixture("datagrams", "valid", "decode-only", file)), out snapshot);
}
