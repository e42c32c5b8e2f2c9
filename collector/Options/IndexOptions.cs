using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Hosting;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Collector.Options;

/// <summary>The options of the indices in OpenSearch.</summary>
internal static class IndexOptions
{
    // The entries of these are documents unless it is said otherwise; cores are a list in the sample's document.
    private static readonly string[] NotByDefault = ["cores"];

    /// <summary>Reads them, and adds them to the settings of the export.</summary>
    public static ExportSettings Read(OptionReader reader, ExportSettings settings) => settings with
    {
        ClockBehindMax = reader.Duration(
            "OpenSearch:ClockBehindMax", settings.ClockBehindMax, TimeSpan.FromHours(1), TimeSpan.FromDays(30),
            "How far behind a node's clock, or how late a reading, may be; beyond, its time is that of its arrival."),
        ClockAheadMax = reader.Duration(
            "OpenSearch:ClockAheadMax", settings.ClockAheadMax, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1),
            "How far ahead a node's clock may be; beyond, the reading's time is that of its arrival."),
        Indices = ReadIndices(reader, ReadNaming(reader)),
    };

    private static IndexNaming ReadNaming(OptionReader reader) => Enum.Parse<IndexNaming>(
        reader.Text(
            "OpenSearch:Indices", "daily", "daily, weekly or stream",
            "An index for each day or week of the readings' own time, or one data stream.",
            static text => Enum.GetNames<IndexNaming>().Contains(text, StringComparer.OrdinalIgnoreCase)),
        ignoreCase: true);

    private static IndexSettings ReadIndices(OptionReader reader, IndexNaming naming) => new()
    {
        Naming = naming,
        EntryDocuments = reader.List(
            "OpenSearch:EntryDocuments",
            [.. Sections().Except(NotByDefault)],
            $"any of {string.Join(", ", Sections())}; none for none",
            "Sections of which each entry (a disk, an interface, a sensor) becomes a document of its own.",
            static text => text == "none" || Sections().Contains(text)),
        ManageRetention = reader.Flag(
            "OpenSearch:ManageRetention", true,
            "Merge and delete old indices: by a policy where OpenSearch has index state management, else by the "
            + "collector."),
        WarmAfter = reader.Duration(
            "OpenSearch:WarmAfter", IndexSettings.WarmAfterByDefault(naming), TimeSpan.FromDays(1),
            TimeSpan.FromDays(3650),
            "Age at which the policy sums up an index by the hour and merges it; late readings for it are refused "
            + "afterwards. With weekly indices 17d by default."),
        DeleteAfter = reader.Duration(
            "OpenSearch:DeleteAfter", TimeSpan.FromDays(90), TimeSpan.FromDays(2), TimeSpan.FromDays(36_500),
            "Age at which an index of readings is deleted."),
        Dashboards = Optional(reader.Text(
            "OpenSearch:Dashboards", string.Empty, "an http:// or https:// address; empty for none",
            "OpenSearch Dashboards, into which 'opensearch setup' imports the dashboards.",
            static text => text.Length == 0 || (Uri.TryCreate(text, UriKind.Absolute, out var address)
                && address.Scheme is "http" or "https"))),
    };

    /// <summary>Lists the sections that have entries.</summary>
    private static IEnumerable<string> Sections() =>
        SectionCatalog.All
            .Where(static section => section.HasNamedEntries)
            .Select(static section => section.Key);

    private static Uri? Optional(string text) => text.Length == 0 ? null : new Uri(text);
}
