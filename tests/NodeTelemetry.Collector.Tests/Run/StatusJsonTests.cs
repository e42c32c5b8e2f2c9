using System.Net;
using System.Text.Json;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.Collector.Run;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Run;

public sealed class StatusJsonTests
{
    private const int Port = 16_077;

    /// <summary>The page of a new collector shows it; a collector with nodes does not list its interfaces every two seconds.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_collector_without_nodes_says_where_agents_send_to(bool isSigned)
    {
        var time = new ManualTimeProvider();
        var registry = Snapshots.Registry(10, time, new Snapshots.Recorder());
        var status = new StatusJson(
            "0.1.0", registry, new CollectorMetrics(), static () => new DatabaseStatus("t.db", 0, null, 0),
            static () => new ExportStatus(ExportHealth.Off, null, 0, 0, null, 0), static () => null, static _ => { }, Port,
            isSigned ? SignaturePolicy.Require : SignaturePolicy.VerifyIfPresent, time);

        var joining = Write(status).GetProperty("joining");
        Assert.Equal((Port, isSigned), (joining.GetProperty("port").GetInt32(), joining.GetProperty("signed").GetBoolean()));
        Assert.All(
            joining.GetProperty("addresses").EnumerateArray(),
            static text =>
            {
                var address = IPAddress.Parse(text.GetString()!);
                Assert.False(IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal, text.GetString());
            });

        registry.Apply(Snapshots.Of(0), Snapshots.Source, time.GetTimestamp());
        Assert.False(Write(status).TryGetProperty("joining", out _));
    }

    private static JsonElement Write(StatusJson status)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            status.Write(writer);
        }

        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }
}
