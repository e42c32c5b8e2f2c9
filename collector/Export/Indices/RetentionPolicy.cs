using System.Globalization;
using NodeTelemetry.Collector.Export.Documents;
using NodeTelemetry.Collector.Export.Settings;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>
/// The policy of index state management: new indices are hot, then rolled up by the hour and merged, then deleted.
/// </summary>
/// <remarks>
/// A merged index is read-only, so indices are merged only when late readings are no longer accepted:
/// see <see cref="IndexSettings.Validate"/>. Ages count from the creation of an index.
/// A data stream is rolled over first.
/// </remarks>
internal static class RetentionPolicy
{
    // The hourly aggregates, for comparisons over years.
    private static readonly string[] RollupMetrics = ["avg", "max", "min", "sum", "value_count"];

    /// <summary>Creates the body of <c>PUT /_plugins/_ism/policies/…</c>.</summary>
    public static string Create(IndexSettings settings)
    {
        var isStream = settings.Naming == IndexNaming.Stream;
        var rollover = isStream
            ? $$$"""{"rollover":{"min_index_age":"{{{Age(settings.RolloverAfter)}}}","min_doc_count":1}}"""
            : string.Empty;
        return $$$"""
            {"policy":{
              "description":"{{{Description(settings)}}}",
              "default_state":"hot",
              "ism_template":[{"index_patterns":["{{{IndexNames.Metrics}}}-*"],"priority":200}],
              "states":[
                {"name":"hot","actions":[{{{rollover}}}],
                 "transitions":[{"state_name":"warm","conditions":{"min_index_age":"{{{Age(settings.WarmAfter)}}}"}}]},
                {"name":"warm","actions":[
                   {"rollup":{"ism_rollup":{{{Rollup()}}}}},
                   {"force_merge":{"max_num_segments":1}}],
                 "transitions":[
                   {"state_name":"delete","conditions":{"min_index_age":"{{{Age(settings.DeleteAfter)}}}"}}]},
                {"name":"delete","actions":[{"delete":{}}],"transitions":[]}]}}
            """;
    }

    /// <summary>Describes the policy; one with another description is another version.</summary>
    public static string Description(IndexSettings settings) =>
        $"NodeTelemetry {settings.Naming.ToString().ToLowerInvariant()}: rolled up by the hour and merged after "
        + $"{Age(settings.WarmAfter)}, deleted after {Age(settings.DeleteAfter)}";

    private static string Rollup()
    {
        var metrics = string.Join(',', RollupMetrics.Select(static metric => $"{{\"{metric}\":{{}}}}"));
        var fields = DocumentFields.All
            .Where(static field => field is { Content: FieldContent.Reading, Field.InHistory: true })
            .Select(field => $"{{\"source_field\":\"{field.Path}\",\"metrics\":[{metrics}]}}");
        return $$$"""
            {"description":"Readings by node and hour","target_index":"{{{IndexNames.Rollup}}}","page_size":1000,
             "dimensions":[
               {"date_histogram":{"source_field":"@timestamp","fixed_interval":"1h","timezone":"UTC"}},
               {"terms":{"source_field":"host.name"}},{"terms":{"source_field":"host.id"}}],
             "metrics":[{{{string.Join(',', fields)}}}]}
            """;
    }

    private static string Age(TimeSpan age)
    {
        var (number, unit) = age.Ticks % TimeSpan.TicksPerDay == 0 ? (age.TotalDays, "d")
            : age.Ticks % TimeSpan.TicksPerHour == 0 ? (age.TotalHours, "h")
            : (age.TotalMinutes, "m");
        return ((long)number).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
