namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>The state of an installed index template.</summary>
internal enum TemplateKind
{
    /// <summary>It could not be read.</summary>
    Unknown,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>One of an older collector.</summary>
    Older,

    /// <summary>One of a newer collector.</summary>
    Newer,

    /// <summary>This collector's, but modified.</summary>
    Changed,

    /// <summary>This collector's.</summary>
    Current,
}

/// <summary>An installed index template, and its differences from the expected one.</summary>
/// <param name="Kind">Its state.</param>
/// <param name="Response">The response of the server.</param>
/// <param name="Version">Its version; 0 for none.</param>
/// <param name="Found">The differences; <see langword="null"/> if nothing was compared.</param>
internal sealed record InstalledTemplate(
    TemplateKind Kind, ApiResponse Response, long Version = 0, IReadOnlyList<string>? Found = null)
{
    /// <summary>Gets the differences, a sentence each.</summary>
    public IReadOnlyList<string> Differences => Found ?? [];
}
