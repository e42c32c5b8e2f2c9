using NodeTelemetry.Collector.Nodes;

namespace NodeTelemetry.Collector.Exposition;

/// <summary>Serves <c>/metrics</c>: the whole cluster and the collector itself in one scrape.</summary>
internal sealed class MetricsEndpoint(NodeRegistry registry, CollectorMetricsWriter collector)
{
    /// <summary>Adds the endpoint.</summary>
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/metrics", [HttpMethods.Get, HttpMethods.Head], AnswerAsync);

    /// <summary>Writes everything.</summary>
    internal PrometheusWriter Render()
    {
        var writer = new PrometheusWriter();
        NodeMetrics.Write(writer, registry.Statuses);
        collector.Write(writer);
        return writer;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await context.Response.BodyWriter.WriteAsync(Render().Written, context.RequestAborted);
    }
}
