namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>The status of the database.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">The size of the file and its write-ahead log.</param>
/// <param name="Problem">Why nothing can be written, in a sentence; <see langword="null"/> if it can.</param>
/// <param name="WrittenBytesPerDay">The bytes written so far, scaled to a day; 0 in the first minute.</param>
internal sealed record DatabaseStatus(string Path, long Bytes, string? Problem, long WrittenBytesPerDay)
{
    /// <summary>Gets a value indicating whether new rows are only in memory.</summary>
    public bool IsDegraded => Problem is not null;
}
