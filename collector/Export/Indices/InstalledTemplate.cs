namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>What is there of an index template.</summary>
internal enum TemplateKind
{
    /// <summary>It could not be read.</summary>
    Unknown,

    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>One of an older collector.</summary>
    Older,

    /// <summary>One of a newer collector.</summary>
    Newer,

    /// <summary>This collector's, but somebody has changed it.</summary>
    Changed,

    /// <summary>This collector's.</summary>
    Current,
}

/// <summary>What is there of an index template, and what about it is not as it should be.</summary>
/// <param name="Kind">What is there.</param>
/// <param name="Answer">What the server said.</param>
/// <param name="Version">Its version; 0 for none.</param>
/// <param name="Found">What differs; <see langword="null"/> when nothing was compared.</param>
internal sealed record InstalledTemplate(
    TemplateKind Kind, ApiResponse Answer, long Version = 0, IReadOnlyList<string>? Found = null)
{
    /// <summary>Gets what differs, a sentence each.</summary>
    public IReadOnlyList<string> Differences => Found ?? [];
}
