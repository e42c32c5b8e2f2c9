using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Exposition;

/// <summary>Writes the collector's gauges, which are read at scrape time: <c>nodetelemetry_collector_…</c>.</summary>
/// <param name="version">The collector's version.</param>
/// <param name="gauges">The gauges.</param>
/// <param name="sets">The gauges with labels.</param>
internal sealed class CollectorGauges(string version, IReadOnlyList<Gauge> gauges, IReadOnlyList<GaugeSet> sets)
{
    private const string Prefix = MetricRegistry.Prefix;

    /// <summary>Writes all families.</summary>
    public void Write(PrometheusWriter writer)
    {
        writer.Family(Prefix + "build_info", "gauge", "The collector's version; the value is always 1");
        writer.Sample(Prefix + "build_info").Label("version", version).Value(1);
        foreach (var gauge in gauges)
        {
            Write(writer, gauge);
        }

        foreach (var set in sets)
        {
            Write(writer, set);
        }

        writer.Flush();
    }

    private static void Write(PrometheusWriter writer, Gauge gauge)
    {
        if (gauge.Read() is { } value)
        {
            writer.Family(Prefix + gauge.Name, "gauge", gauge.Help);
            writer.Sample(Prefix + gauge.Name).Value(value);
        }
    }

    private static void Write(PrometheusWriter writer, GaugeSet set)
    {
        var isBegun = false;
        foreach (var (values, value) in set.Read())
        {
            if (!isBegun)
            {
                writer.Family(Prefix + set.Name, "gauge", set.Help);
                isBegun = true;
            }

            var sample = writer.Sample(Prefix + set.Name);
            for (var index = 0; index < values.Length; index++)
            {
                sample.Label(set.Labels[index], values[index]);
            }

            sample.Value(value);
        }
    }
}
