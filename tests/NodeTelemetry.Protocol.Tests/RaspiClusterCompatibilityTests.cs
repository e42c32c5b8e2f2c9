using System.Text.Json;
using NodeTelemetry.Protocol.Wire;
using Xunit;

namespace NodeTelemetry.Protocol.Tests;

/// <summary>
/// Reads our datagrams as raspi-cluster's Go client does: seven keys into string, float64, []float64 and
/// map[string]float64, where a value of another type is an error, and other keys are passed over.
/// </summary>
public sealed class RaspiClusterCompatibilityTests
{
    [Fact]
    public void Its_client_reads_our_datagrams()
    {
        using var encoder = new SnapshotEncoder();
        Assert.Equal(1, encoder.Encode(Samples.Full(cores: 4)));

        var client = ReadAsClient(encoder.Datagram(0));

        Assert.Equal("pi4-01", client.Hostname);
        Assert.Equal(1800, client.Frequency);
        Assert.Equal(48.686, client.Temperature);
        Assert.Equal(0.1275, client.Usage);
        Assert.Equal([0, 0.001, 0.002, 0.003], client.Cores);
        Assert.Equal([0.42, 0.31, 0.28], client.Load);
        Assert.Equal(3_884_356, client.Meminfo["MemTotal"]);
        Assert.Equal(7, client.Meminfo.Count);
    }

    [Fact]
    public void The_seven_keys_come_first_and_in_its_order()
    {
        using var encoder = new SnapshotEncoder();
        encoder.Encode(Samples.Full(cores: 4));
        using var document = JsonDocument.Parse(encoder.Datagram(0));

        Assert.Equal(
            ["hostname", "cpufreq", "cputemp", "cpuusage", "coreusage", "loadavg", "meminfo"],
            document.RootElement.EnumerateObject().Take(7).Select(property => property.Name));
    }

    private static Client ReadAsClient(ReadOnlyMemory<byte> datagram)
    {
        using var document = JsonDocument.Parse(datagram);
        var root = document.RootElement;
        return new Client(
            root.GetProperty("hostname").GetString()!,
            root.GetProperty("cpufreq").GetDouble(),
            root.GetProperty("cputemp").GetDouble(),
            root.GetProperty("cpuusage").GetDouble(),
            [.. root.GetProperty("coreusage").EnumerateArray().Select(item => item.GetDouble())],
            [.. root.GetProperty("loadavg").EnumerateArray().Select(item => item.GetDouble())],
            root.GetProperty("meminfo").EnumerateObject()
                .ToDictionary(item => item.Name, item => item.Value.GetDouble()));
    }

    private sealed record Client(
        string Hostname,
        double Frequency,
        double Temperature,
        double Usage,
        double[] Cores,
        double[] Load,
        Dictionary<string, double> Meminfo);
}
