namespace NodeTelemetry.Agent.Samplers.Textfile;

/// <summary>The status of one textfile.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="WrittenMilliseconds">When it was written, since the Unix epoch.</param>
/// <param name="IsOk">Whether it could be read and understood.</param>
/// <param name="Series">Names and values; none if it could not.</param>
internal sealed record TextfileStatus(
    string Name, long WrittenMilliseconds, bool IsOk, IReadOnlyList<KeyValuePair<string, double>> Series)
{
    /// <summary>Gets how many series it has, of which some may not be sent.</summary>
    public int SeriesCount { get; init; } = Series.Count;
}
