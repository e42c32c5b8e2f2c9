namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>How the collector keeps its indices; the composition root fills it from the options.</summary>
internal sealed record IndexSettings
{
    // The least time between the end of an index and its merging, beside the lateness that is accepted: the index may
    // have been made a day early by a clock that runs ahead, and its age counts from there.
    private static readonly TimeSpan WarmMargin = TimeSpan.FromDays(2);

    /// <summary>Gets which index a reading goes into.</summary>
    public IndexNaming Naming { get; init; } = IndexNaming.Daily;

    /// <summary>
    /// Gets the sections of which each entry becomes a document of its own; the entries of others are not exported.
    /// </summary>
    public IReadOnlyList<string> EntryDocuments { get; init; } = [];

    /// <summary>
    /// Gets a value indicating whether old indices are merged and deleted: by a policy of OpenSearch where it has the
    /// plugin, else by the collector.
    /// </summary>
    public bool ManageRetention { get; init; } = true;

    /// <summary>Gets the age at which an index is summed up by the hour and merged; nothing is written to it
    /// afterwards.</summary>
    public TimeSpan WarmAfter { get; init; } = WarmAfterByDefault(IndexNaming.Daily);

    /// <summary>Gets the age at which an index is deleted.</summary>
    public TimeSpan DeleteAfter { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Gets the age at which a data stream is rolled over.</summary>
    public TimeSpan RolloverAfter { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Gets how often the present state of every node is written.</summary>
    public TimeSpan NodesPeriod { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets where OpenSearch Dashboards is; <see langword="null"/> when nothing is to be imported.</summary>
    public Uri? Dashboards { get; init; }

    /// <summary>
    /// Gets the age at which an index is merged by default: a day more than it has to be with the lateness that is
    /// accepted by default.
    /// </summary>
    public static TimeSpan WarmAfterByDefault(IndexNaming naming) => TimeSpan.FromDays(8) + Margin(naming);

    /// <summary>Lists which values do not fit together.</summary>
    /// <param name="clockBehindMax">How late a reading may be.</param>
    public IEnumerable<string> Validate(TimeSpan clockBehindMax)
    {
        var margin = Margin(Naming);
        if (ManageRetention && WarmAfter < clockBehindMax + margin)
        {
            yield return $"OpenSearch:WarmAfter ({WarmAfter.TotalDays:0.#}d) must be at least "
                + $"{(clockBehindMax + margin).TotalDays:0.#}d, which is OpenSearch:ClockBehindMax and "
                + $"{margin.TotalDays:0}d: an index that is merged takes no late readings any more.";
        }

        if (ManageRetention && DeleteAfter <= WarmAfter)
        {
            yield return $"OpenSearch:DeleteAfter ({DeleteAfter.TotalDays:0.#}d) must be more than "
                + $"OpenSearch:WarmAfter ({WarmAfter.TotalDays:0.#}d).";
        }
    }

    // A weekly index takes readings of a week, which begins when it is made.
    private static TimeSpan Margin(IndexNaming naming) =>
        naming == IndexNaming.Weekly ? WarmMargin + TimeSpan.FromDays(7) : WarmMargin;
}
