using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Hosting.Options;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Collector.Options;

/// <summary>Declares the options of the export to OpenSearch and of its indices.</summary>
internal static class OpenSearchOptions
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly string[] Namings = ["daily", "weekly", "stream"];

    // Cores are a list in the sample's document by default.
    private static readonly string[] NotByDefault = ["cores"];

    /// <summary>Gets the keys of the sections with entries.</summary>
    private static string[] Sections { get; } =
    [
        .. SectionCatalog.All.Where(static section => section.HasNamedEntries)
            .Select(static section => section.Key),
    ];

    /// <summary>Adds the options.</summary>
    public static void Add(OptionTable<CollectorOptions> table)
    {
        AddConnection(table);
        AddIndices(table);
    }

    private static void AddConnection(OptionTable<CollectorOptions> table)
    {
        table
            .Texts("OpenSearch:Nodes", "URL,...", [],
                "http:// or https:// addresses, separated by commas; empty for no export",
                "OpenSearch nodes that readings are exported to, tried in turn.",
                static (o, texts) => o.OpenSearch = o.OpenSearch with
                {
                    Hosts = [.. texts.Where(OptionText.IsHttpAddress).Select(static text => new Uri(text))],
                },
                OptionText.IsHttpAddress)
            .Text("OpenSearch:User", "NAME", string.Empty, "a user name, together with OpenSearch:PasswordFile",
                "User of basic authentication.", static (o, text) =>
                {
                    o.OpenSearch = o.OpenSearch with { User = text.Length == 0 ? null : text };
                    return true;
                });
        table.Path("OpenSearch:PasswordFile", "the path of a readable file that holds nothing but the password",
            "The user's password; reloaded when the file changes.",
            static (o, path) => o.OpenSearch = o.OpenSearch with { PasswordFile = path },
            IsReadable);
        table.Path("OpenSearch:TokenFile", "the path of a readable file that holds nothing but the token",
            "A token instead of user and password; reloaded when the file changes.",
            static (o, path) => o.OpenSearch = o.OpenSearch with { TokenFile = path },
            IsReadable);
        table.Choice("OpenSearch:TokenScheme", "Bearer", ["Bearer", "ApiKey"],
            "Kind of the token: of an identity provider (Bearer), or an API key of the cluster (ApiKey).",
            static (o, index) => o.OpenSearch = o.OpenSearch with { TokenScheme = index == 0 ? "Bearer" : "ApiKey" });
        table.Path("OpenSearch:CaFile", "the path of an existing PEM file; empty for the system's authorities",
            "Authority that signed the nodes' certificates; reloaded when the file changes.",
            static (o, path) => o.OpenSearch = o.OpenSearch with { CaFile = path },
            IsReadable);
        table.Path("OpenSearch:ClientCertificateFile", "the path of an existing PEM file",
            "Certificate that authenticates the collector, with its chain; reloaded when it changes.",
            static (o, path) => o.OpenSearch = o.OpenSearch with { ClientCertificateFile = path },
            IsReadable);
        table.Path("OpenSearch:ClientKeyFile", "the path of an existing PEM file without a passphrase",
            "Private key of the client certificate.",
            static (o, path) => o.OpenSearch = o.OpenSearch with { ClientKeyFile = path },
            IsReadable);
        table
            .Flag("OpenSearch:Compress", true, "Compress request bodies.",
                static (o, value) => o.OpenSearch = o.OpenSearch with { Compress = value })
            .WholeNumber("OpenSearch:ConcurrencyMax", 4, 1, 16,
                "Maximum number of concurrent bulk requests; the actual number adapts to what the servers accept.",
                static (o, value) => o.OpenSearch = o.OpenSearch with { ConcurrencyMax = (int)value })
            .Flag("OpenSearch:ManageTemplate", true, "Install the index template at start.",
                static (o, value) => o.OpenSearch = o.OpenSearch with { ManageTemplate = value })
            .Duration("OpenSearch:RequestTimeout", TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5),
                TimeSpan.FromMinutes(10), "Timeout of one request.",
                static (o, value) => o.OpenSearch = o.OpenSearch with { RequestTimeout = value })
            .Duration("OpenSearch:RetryDelayMax", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1),
                TimeSpan.FromMinutes(10), "Maximum delay between attempts.",
                static (o, value) => o.OpenSearch = o.OpenSearch with { RetryDelayMax = value })
            .Duration("OpenSearch:ClockBehindMax", TimeSpan.FromDays(7), TimeSpan.FromHours(1), TimeSpan.FromDays(30),
                "How far behind a node's clock, or how late a reading, may be; beyond it, the time of arrival counts.",
                static (o, value) => o.OpenSearch = o.OpenSearch with { ClockBehindMax = value })
            .Duration("OpenSearch:ClockAheadMax", Day, TimeSpan.FromMinutes(1), Day,
                "How far ahead a node's clock may be; beyond it, the time of arrival counts.",
                static (o, value) => o.OpenSearch = o.OpenSearch with { ClockAheadMax = value });
    }

    private static void AddIndices(OptionTable<CollectorOptions> table) => table
        .Choice("OpenSearch:Indices", "daily", Namings,
            "An index for each day or week of the readings' own time, or one data stream.",
            static (o, index) => SetIndices(o, o.OpenSearch.Indices with { Naming = (IndexNaming)index }))
        .Texts("OpenSearch:EntryDocuments", "SECTION,...", [.. Sections.Except(NotByDefault)],
            $"any of {string.Join(", ", Sections)}; none for none",
            "Sections whose entries (a disk, an interface, a sensor) become documents of their own.",
            static (o, texts) => SetIndices(o, o.OpenSearch.Indices with { EntryDocuments = texts }),
            static text => text == OptionText.None || Sections.Contains(text))
        .Flag("OpenSearch:ManageRetention", true,
            "Merge and delete old indices: by a policy if OpenSearch has index state management, else by the "
            + "collector.",
            static (o, value) => SetIndices(o, o.OpenSearch.Indices with { ManageRetention = value }))
        .Add(
            new("OpenSearch:WarmAfter", "DURATION",
                DurationText.Format(IndexSettings.WarmAfterByDefault(IndexNaming.Daily)),
                "1d to 3650d", "Age at which the policy rolls up an index by the hour and merges it; later readings "
                + "for it are rejected. With weekly indices 17d by default."),
            static (o, value, problems) =>
            {
                if (DurationText.TryParse(value.Text ?? string.Empty, out var age) && age >= Day && age <= 3650 * Day)
                {
                    SetIndices(o, o.OpenSearch.Indices with { WarmAfter = age });
                }
                else
                {
                    problems.Add(value.Reject(value.Text ?? string.Empty, "1d to 3650d"));
                }
            },
            static o => SetIndices(
                o,
                o.OpenSearch.Indices with
                {
                    WarmAfter = IndexSettings.WarmAfterByDefault(o.OpenSearch.Indices.Naming),
                }))
        .Duration("OpenSearch:DeleteAfter", TimeSpan.FromDays(90), TimeSpan.FromDays(2), TimeSpan.FromDays(36_500),
            "Age at which an index of readings is deleted.",
            static (o, value) => SetIndices(o, o.OpenSearch.Indices with { DeleteAfter = value }))
        .HttpAddress("OpenSearch:Dashboards", "an http:// or https:// address; empty for none",
            "OpenSearch Dashboards, into which \"opensearch setup\" imports the dashboards.",
            static (o, address) => SetIndices(o, o.OpenSearch.Indices with { Dashboards = address }));

    private static void SetIndices(CollectorOptions options, IndexSettings indices) =>
        options.OpenSearch = options.OpenSearch with { Indices = indices };

    private static bool IsReadable(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
