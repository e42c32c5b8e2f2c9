using Microsoft.Net.Http.Headers;
using NodeTelemetry.Collector.Nodes.Registry;

namespace NodeTelemetry.Collector.Exposition;

/// <summary>Serves <c>/metrics</c>: the whole cluster and the collector itself in one scrape.</summary>
internal sealed class MetricsEndpoint(NodeRegistry registry, CollectorMetricsWriter collector)
{
    private const string PlainType = "text/plain; version=0.0.4; charset=utf-8";
    private const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <summary>Adds the endpoint.</summary>
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/metrics", [HttpMethods.Get, HttpMethods.Head], AnswerAsync);

    /// <summary>Tells whether OpenMetrics is liked better than plain text, as a scraper's <c>Accept</c> says.</summary>
    internal static bool PrefersOpenMetrics(IList<string> accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out var types))
        {
            return false;
        }

        var isProbed = types.Where(static type => type.MediaType.Equals(
            "application/openmetrics-text", StringComparison.OrdinalIgnoreCase));
        var others = types.Where(static type => type.MediaType.Equals(
            "text/plain", StringComparison.OrdinalIgnoreCase));
        var wish = isProbed.Select(static type => type.Quality ?? 1).DefaultIfEmpty(0).Max();
        return wish > 0 && wish >= others.Select(static type => type.Quality ?? 1).DefaultIfEmpty(0).Max();
    }

    /// <summary>Writes everything.</summary>
    internal PrometheusWriter Render(bool isOpenMetrics = false)
    {
        var writer = new PrometheusWriter(isOpenMetrics);
        NodeMetrics.Write(writer, registry.Statuses);
        collector.Write(writer);
        writer.End();
        return writer;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var isOpenMetrics = PrefersOpenMetrics(context.Request.Headers.Accept!);
        context.Response.ContentType = isOpenMetrics ? OpenMetricsType : PlainType;
        context.Response.Headers.Vary = "Accept";
        await context.Response.BodyWriter.WriteAsync(Render(isOpenMetrics).Written, context.RequestAborted);
    }
}
