using System.IO.Pipelines;
using Microsoft.Net.Http.Headers;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;

namespace NodeTelemetry.Collector.Exposition;

/// <summary>Serves <c>/metrics</c>: the whole cluster and the collector itself in one scrape.</summary>
/// <param name="nodes">The nodes.</param>
/// <param name="gauges">The gauges of the collector.</param>
/// <param name="counters">The counters and histograms of the collector.</param>
internal sealed class MetricsEndpoint(NodeRegistry nodes, CollectorGauges gauges, MetricRegistry counters)
{
    /// <summary>As much as a socket's buffer takes at once.</summary>
    private const int FlushBytes = 64 * 1024;

    private NodeMetrics? _metrics;

    private const string PlainType = "text/plain; version=0.0.4; charset=utf-8";
    private const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <summary>Adds the endpoint.</summary>
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/metrics", [HttpMethods.Get, HttpMethods.Head], RespondAsync);

    /// <summary>Gets a value indicating whether a scraper's <c>Accept</c> prefers OpenMetrics to plain text.</summary>
    internal static bool PrefersOpenMetrics(IList<string> accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out var types))
        {
            return false;
        }

        var quality = GetQuality(types, "application/openmetrics-text");
        return quality > 0 && quality >= GetQuality(types, "text/plain");
    }

    private static double GetQuality(IList<MediaTypeHeaderValue> types, string name) => types
        .Where(type => type.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase))
        .Select(static type => type.Quality ?? 1)
        .DefaultIfEmpty(0)
        .Max();

    private async Task RespondAsync(HttpContext context)
    {
        var isOpenMetrics = PrefersOpenMetrics(context.Request.Headers.Accept!);
        context.Response.ContentType = isOpenMetrics ? OpenMetricsType : PlainType;
        context.Response.Headers.Vary = "Accept";
        await WriteAsync(context.Response.BodyWriter, isOpenMetrics, context.RequestAborted);
    }

    /// <summary>Writes all families. Flushes in between, so that a large page is never buffered as a whole.</summary>
    internal async Task WriteAsync(PipeWriter output, bool isOpenMetrics, CancellationToken cancellation)
    {
        var writer = new PrometheusWriter(output, isOpenMetrics);

        // Of several scrapes at once, one reuses what the last one has left.
        var metrics = Interlocked.Exchange(ref _metrics, null) ?? new NodeMetrics();
        await metrics.WriteAsync(writer, nodes.Statuses, FlushAsync);
        _metrics = metrics;
        gauges.Write(writer);

        // Last, because it also writes the end of the text.
        await counters.WriteAsync(output.AsStream(leaveOpen: true), isOpenMetrics, cancellation);

        async ValueTask FlushAsync()
        {
            if (output.UnflushedBytes > FlushBytes)
            {
                writer.Flush();
                await output.FlushAsync(cancellation);
            }
        }
    }
}
