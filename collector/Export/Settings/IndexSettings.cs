namespace NodeTelemetry.Collector.Export.Settings;

/// <summary>The settings of the indices; the composition root fills them from the options.</summary>
internal sealed record IndexSettings
{
    // The minimum time between the end of an index and its merging, in addition to the accepted lateness: the index may
    // have been created a day early by a clock that is ahead, and its age counts from there.
    private static readonly TimeSpan WarmMargin = TimeSpan.FromDays(2);

    /// <summary>Gets the naming of the indices of readings.</summary>
    public IndexNaming Naming { get; init; } = IndexNaming.Daily;

    /// <summary>
    /// Gets the sections whose entries become documents; the entries of other sections are not exported.
    /// </summary>
    public IReadOnlyList<string> EntryDocuments { get; init; } = [];

    /// <summary>
    /// Gets a value indicating whether old indices are merged and deleted:
    /// by a policy of OpenSearch if it has the plugin, otherwise by the collector.
    /// </summary>
    public bool ManageRetention { get; init; } = true;

    /// <summary>Gets the age at which an index is rolled up by the hour and merged; then it is read-only.</summary>
    public TimeSpan WarmAfter { get; init; } = WarmAfterByDefault(IndexNaming.Daily);

    /// <summary>Gets the age at which an index is deleted.</summary>
    public TimeSpan DeleteAfter { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Gets the age at which a data stream is rolled over.</summary>
    public TimeSpan RolloverAfter { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Gets how often the current state of every node is written.</summary>
    public TimeSpan NodesPeriod { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets the address of OpenSearch Dashboards; <see langword="null"/> to import nothing.</summary>
    public Uri? Dashboards { get; init; }

    /// <summary>
    /// Gets the default age at which an index is merged:
    /// a day more than the minimum for the default of the accepted lateness.
    /// </summary>
    public static TimeSpan WarmAfterByDefault(IndexNaming naming) => TimeSpan.FromDays(8) + Margin(naming);

    /// <summary>Lists inconsistent values.</summary>
    /// <param name="clockBehindMax">How late a reading may be.</param>
    public IEnumerable<string> Validate(TimeSpan clockBehindMax)
    {
        var margin = Margin(Naming);
        if (ManageRetention && WarmAfter < clockBehindMax + margin)
        {
            yield return $"OpenSearch:WarmAfter ({WarmAfter.TotalDays:0.#}d) must be at least "
                + $"{(clockBehindMax + margin).TotalDays:0.#}d, which is OpenSearch:ClockBehindMax and "
                + $"{margin.TotalDays:0}d: a merged index accepts no late readings.";
        }

        if (ManageRetention && DeleteAfter <= WarmAfter)
        {
            yield return $"OpenSearch:DeleteAfter ({DeleteAfter.TotalDays:0.#}d) must be more than "
                + $"OpenSearch:WarmAfter ({WarmAfter.TotalDays:0.#}d).";
        }
    }

    // A weekly index accepts readings of a week, which starts when the index is created.
    private static TimeSpan Margin(IndexNaming naming) =>
        naming == IndexNaming.Weekly ? WarmMargin + TimeSpan.FromDays(7) : WarmMargin;
}
