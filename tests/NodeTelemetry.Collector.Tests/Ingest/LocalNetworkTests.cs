using System.Net;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Ingest;

/// <summary>
/// On this machine's loopback, which is always up. NodeLifeTests covers a pulled cable in network namespaces.
/// </summary>
public sealed class LocalNetworkTests
{
    private static readonly IPAddress Group = IPAddress.Parse("239.192.77.77");

    [Fact]
    public void An_interface_that_is_up_and_a_member_is_not_at_fault()
    {
        using var proc = Igmp("1\tlo        :     1      V3\n\t\t\t\t4D4DC0EF     1 0:00000000\t\t0\n");
        var sight = new LocalNetwork(["lo"], [Group], proc.Path);
        sight.Refresh();

        Assert.Null(sight.Find(["127.0.0.9"]));
    }

    [Fact]
    public void A_lost_membership_is_found_on_the_interface_that_leads_to_the_nodes()
    {
        using var proc = Igmp("1\tlo        :     1      V3\n\t\t\t\t010000E0     1 0:00000000\t\t0\n");
        var sight = new LocalNetwork(["lo"], [Group], proc.Path);
        sight.Refresh();

        var fault = sight.Find(["127.0.0.9"]);
        Assert.Equal((NetworkCause.Membership, "lo"), (fault!.Cause, fault.Interface));
        Assert.Contains("239.192.77.77", fault.Text, StringComparison.Ordinal);

        // Neither nodes behind a router nor invalid addresses implicate an interface.
        Assert.Null(sight.Find(["192.0.2.1"]));
        Assert.Null(sight.Find(["elsewhere"]));
        Assert.Null(sight.Find([]));
    }

    [Fact]
    public void Without_the_kernels_file_or_the_interface_no_fault_is_found()
    {
        using var empty = new TempFolder();
        Assert.Null(new LocalNetwork(["lo"], [Group], empty.Path).Find(["127.0.0.9"]));
        Assert.Null(new LocalNetwork(["nowhere0"], [Group], empty.Path).Find(["127.0.0.9"]));
    }

    private static TempFolder Igmp(string text)
    {
        var folder = new TempFolder();
        folder.Write("net/igmp", "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n" + text);
        return folder;
    }
}
