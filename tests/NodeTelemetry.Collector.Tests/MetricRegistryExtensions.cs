using System.Text;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Tests;

internal static class MetricRegistryExtensions
{
    /// <summary>Scrapes the counters and histograms, which writes them in no particular order.</summary>
    public static string Scrape(this MetricRegistry registry, bool isOpenMetrics = false)
    {
        using var output = new MemoryStream();
        registry.WriteAsync(output, isOpenMetrics, default).GetAwaiter().GetResult();
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
