using NodeTelemetry.Collector.Alerts.Channels;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Run;

/// <summary>The conditions of the rules about the collector itself.</summary>
internal sealed class AlertConditions(
    CollectorMetrics metrics,
    Func<DatabaseStatus> database,
    Func<ExportStatus> export,
    Func<string?> clock,
    Func<IEnumerable<ChannelStatus>> channels)
{
    private long _dropped;
    private long _refused;

    /// <summary>Gets the conditions.</summary>
    public IReadOnlyList<CollectorCondition> All =>
    [
        new(DefaultRules.OpenSearch, CheckExport),
        new(DefaultRules.Dropping, CheckDrops),
        new(DefaultRules.Database, CheckDatabase),
        new(DefaultRules.Nodes, CheckNodes),
        new(DefaultRules.Clock, clock),
        new(DefaultRules.Channels, CheckChannels),
    ];

    private string? CheckExport() => export() is { Health: ExportHealth.Retrying or ExportHealth.Held } status
        ? $"OpenSearch does not accept documents; the backlog has {status.BacklogDocuments}. {status.Problem}"
        : null;

    private string? CheckDatabase() =>
        database().Problem is { } problem ? $"The collector's database is not writable. {problem}" : null;

    private string? CheckChannels()
    {
        var failing = channels().Where(static channel => channel.Problem is not null).ToList();
        return failing.Count == 0 ? null
            : "Alerts are not delivered: "
                + string.Join(" ", failing.Select(static channel => $"{channel.Name}: {channel.Problem}"));
    }

    private string? CheckNodes()
    {
        var refused = (long)metrics.DatagramsRejected[RejectReason.TooManyNodes].Value;
        var evicted = (long)metrics.NodesEvicted.Value;
        var isNew = refused + evicted > _refused;
        _refused = refused + evicted;
        return isNew
            ? "The node table is full, or one address has nearly all of it: new nodes displace others or are refused; "
                + $"since the start of the collector {evicted} nodes and {refused} datagrams. Raise Nodes:CountMax, or "
                + "find the sender of invented node ids."
            : null;
    }

    private string? CheckDrops()
    {
        var datagrams = metrics.DatagramsDropped.Total;
        var documents = metrics.Storage.OutboxDocumentsDropped.Total;
        var rows = metrics.Storage.HistoryDropped.Total;
        var letters = (long)metrics.Storage.DeadLettersDropped.Value;
        var total = datagrams + documents + rows + letters;
        var isNew = total > _dropped;
        _dropped = total;
        return isNew
            ? $"The collector drops data that it cannot process or store; since its start {datagrams} datagrams, "
                + $"{documents} documents for OpenSearch, {letters} dead letters, {rows} history rows."
            : null;
    }
}
