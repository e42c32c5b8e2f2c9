using NodeTelemetry.Protocol.Catalog;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>A node in the history.</summary>
/// <param name="name">Its identity.</param>
/// <param name="series">The names of the series that every node has.</param>
internal sealed class HistoryNode(string name, string[] series)
{
    /// <summary>The maximum number of series from keyed entries: a server with 60 disks has some 240.</summary>
    public const int EntrySeriesMax = 256;

    private readonly Dictionary<(FieldDefinition Field, string Entry), EntrySeries> _entries = [];

    /// <summary>Gets the identity.</summary>
    public string Name => name;

    /// <summary>Gets the names of its series in the database. Replaced when there are more, never modified.</summary>
    public string[] Series { get; private set; } = series;

    /// <summary>Gets or sets the bucket that <see cref="Row"/> belongs to.</summary>
    public HistoryBucket? Bucket { get; set; }

    /// <summary>Gets or sets the values in <see cref="Bucket"/>.</summary>
    public HistoryRow? Row { get; set; }

    /// <summary>Gets the series of a field of an entry.</summary>
    /// <returns><see langword="null"/> if the node has too many.</returns>
    public EntrySeries? Find(FieldDefinition field, string entry)
    {
        if (_entries.TryGetValue((field, entry), out var found))
        {
            return found;
        }

        if (_entries.Count == EntrySeriesMax)
        {
            return null;
        }

        found = new EntrySeries(Series.Length);
        _entries.Add((field, entry), found);
        Series = [.. Series, SeriesName.Create(field, entry)];
        return found;
    }
}
