using System.Text;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Ingest;

public sealed class KernelDropsTests
{
    private const string Udp = """
           sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
          100: 00000000:17BD 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0000000000000000 12
          101: 00000000:1770 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4712 2 0000000000000000 5
          102: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4713 2 0000000000000000 99
        """;

    [Fact]
    public void Sums_the_drops_of_our_ports() =>
        Assert.Equal(17, KernelDrops.Sum(Encoding.UTF8.GetBytes(Udp), new HashSet<int> { 6077, 6000 }));

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("  1: x:17BD")]
    [InlineData("  1: 00000000:17BD 0 0 0 0 0 0 0 0 0 0 notanumber")]
    public void Skips_lines_of_another_shape(string text) =>
        Assert.Equal(0, KernelDrops.Sum(Encoding.UTF8.GetBytes(text), new HashSet<int> { 6077 }));

    [Fact]
    public void An_unreadable_file_is_logged_once_and_stops_nothing()
    {
        // Reading it fails for every user, including root: there is no memory at address 0.
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["net"]);
        File.CreateSymbolicLink(folder["net/udp"], "/proc/self/mem");
        File.WriteAllText(folder["net/udp6"], Udp);
        var metrics = new CollectorMetrics();
        var logger = new RecordingLogger();
        var drops = new KernelDrops(folder.Path, new HashSet<int> { 6077, 6000 }, metrics, logger);
        drops.Update();
        drops.Update();
        Assert.Equal(17, metrics.DatagramsDropped[DropReason.KernelBufferFull].Value);
        Assert.Contains("net/udp cannot be read", Assert.Single(logger.Lines), StringComparison.Ordinal);
    }
}
