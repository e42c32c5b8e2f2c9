namespace NodeTelemetry.Collector.Export;

/// <summary>How the export is doing.</summary>
internal enum ExportHealth
{
    /// <summary>No host is configured.</summary>
    Off,

    /// <summary>Everything is delivered as it comes.</summary>
    Ok,

    /// <summary>Something passing is wrong.</summary>
    Retrying,

    /// <summary>A person has to repair something.</summary>
    Held,
}

/// <summary>How the export is doing, for people.</summary>
/// <param name="State">The state; lower case in the HTTP API.</param>
/// <param name="Problem">Why it is not well, in a sentence.</param>
/// <param name="BacklogDocuments">Documents stored and not yet delivered.</param>
/// <param name="BacklogBytes">Their bytes as stored.</param>
/// <param name="OldestAt">When the oldest of them came.</param>
/// <param name="ExportedDocuments">Documents delivered since the collector started, those that were there already among
/// them.</param>
internal sealed record ExportStatus(
    ExportHealth State,
    string? Problem,
    long BacklogDocuments,
    long BacklogBytes,
    DateTimeOffset? OldestAt,
    long ExportedDocuments)
{
    /// <summary>Gets a value indicating whether there is anywhere to export to.</summary>
    public bool IsEnabled => State != ExportHealth.Off;
}
