using System.Net;
using NodeTelemetry.Collector.Ingest;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Ingest;

public sealed class IgmpMembershipsTests
{
    /// <summary>As Linux 6 writes it on a little-endian machine.</summary>
    private static readonly string[] Lines =
    [
        "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter",
        "1\tlo        :     1      V3",
        "\t\t\t\t010000E0     1 0:00000000\t\t0",
        "2\teth0      :     2      V3",
        "\t\t\t\t4D4DC0EF     1 0:00000000\t\t0",
        "\t\t\t\t010000E0     1 0:00000000\t\t0",
        "3\teth01     :     1      V2",
        "\t\t\t\t010000E0     1 0:00000000\t\t0",
    ];

    [Theory]
    [InlineData("eth0", "239.192.77.77", true)]
    [InlineData("eth0", "224.0.0.1", true)]
    [InlineData("eth0", "239.192.77.78", false)]
    [InlineData("lo", "239.192.77.77", false)]
    [InlineData("eth01", "239.192.77.77", false)]
    [InlineData("wlan0", "239.192.77.77", false)]
    public void Finds_a_group_of_an_interface(string name, string group, bool isMember) =>
        Assert.Equal(isMember, IgmpMemberships.Contains(Lines, name, IPAddress.Parse(group)));

    [Fact]
    public void Finds_nothing_in_a_malformed_file() =>
        Assert.False(IgmpMemberships.Contains(["", "\t", ":", "2 eth0", "\tzz", "\t"], "eth0", IPAddress.Parse("224.0.0.1")));
}
