namespace NodeTelemetry.Collector.Export;

/// <summary>The health of the export.</summary>
internal enum ExportHealth
{
    /// <summary>No host is configured.</summary>
    Off,

    /// <summary>Documents are delivered as they come.</summary>
    Ok,

    /// <summary>There is a temporary problem.</summary>
    Retrying,

    /// <summary>The administrator has to repair something.</summary>
    Held,
}

/// <summary>The status of the export.</summary>
/// <param name="Health">The health; lower case in the HTTP API.</param>
/// <param name="Problem">The problem in a sentence; <see langword="null"/> if there is none.</param>
/// <param name="BacklogDocuments">Documents stored and not yet delivered.</param>
/// <param name="BacklogBytes">Their bytes as stored.</param>
/// <param name="OldestAt">When the oldest of them came.</param>
/// <param name="ExportedDocuments">Documents delivered since the collector started, including duplicates.</param>
internal sealed record ExportStatus(
    ExportHealth Health,
    string? Problem,
    long BacklogDocuments,
    long BacklogBytes,
    DateTimeOffset? OldestAt,
    long ExportedDocuments)
{
    /// <summary>Gets a value indicating whether a host is configured.</summary>
    public bool IsEnabled => Health != ExportHealth.Off;
}
