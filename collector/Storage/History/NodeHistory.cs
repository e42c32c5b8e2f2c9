using NodeTelemetry.Protocol.Catalog;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>The history of one node.</summary>
/// <param name="From">The start of the first bucket, in milliseconds since the epoch.</param>
/// <param name="To">The end of the last.</param>
/// <param name="Step">The width of a bucket in milliseconds.</param>
/// <param name="Times">The start of every bucket.</param>
/// <param name="Readings">The requested readings in the order of the catalogue,
/// without those that have no value.</param>
internal sealed record NodeHistory(long From, long To, long Step, long[] Times, IReadOnlyList<ReadingHistory> Readings);

/// <summary>
/// One reading of a node: an element for each bucket, <see langword="null"/> where there was no sample.
/// </summary>
/// <param name="Definition">The reading.</param>
/// <param name="Min">The smallest values.</param>
/// <param name="Avg">The means.</param>
/// <param name="Max">The largest values.</param>
internal sealed record ReadingHistory(FieldDefinition Definition, double?[] Min, double?[] Avg, double?[] Max);

/// <summary>One reading of all nodes, means only.</summary>
/// <param name="Definition">The reading.</param>
/// <param name="From">The start of the first bucket, in milliseconds since the epoch.</param>
/// <param name="To">The end of the last.</param>
/// <param name="Step">The width of a bucket in milliseconds.</param>
/// <param name="Times">The start of every bucket.</param>
/// <param name="Nodes">The means of each node that had any, by its identity.</param>
internal sealed record ReadingOverview(
    FieldDefinition Definition,
    long From,
    long To,
    long Step,
    long[] Times,
    IReadOnlyDictionary<string, double?[]> Nodes);

/// <summary>The history of keyed entries of a node.</summary>
/// <param name="From">The start of the first bucket, in milliseconds since the epoch.</param>
/// <param name="To">The end of the last.</param>
/// <param name="Step">The width of a bucket in milliseconds.</param>
/// <param name="Times">The start of every bucket.</param>
/// <param name="Entries">The requested series, by section, entry and field.</param>
internal sealed record NodeEntriesHistory(
    long From, long To, long Step, long[] Times, IReadOnlyList<EntryHistory> Entries);

/// <summary>One field of an entry of a node: an element for each bucket,
/// <see langword="null"/> where there was no sample. For a counter it is the rate per second.</summary>
/// <param name="Field">The field.</param>
/// <param name="Entry">The entry's name.</param>
/// <param name="Min">The smallest values.</param>
/// <param name="Avg">The means.</param>
/// <param name="Max">The largest values.</param>
internal sealed record EntryHistory(
    FieldDefinition Field, string Entry, double?[] Min, double?[] Avg, double?[] Max);
