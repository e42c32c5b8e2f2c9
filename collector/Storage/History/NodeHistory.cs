using NodeTelemetry.Protocol.Catalog;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>The history of one node.</summary>
/// <param name="From">The start of the first bucket, in milliseconds since the epoch.</param>
/// <param name="To">The end of the last.</param>
/// <param name="Step">The width of a bucket in milliseconds.</param>
/// <param name="Times">The start of every bucket.</param>
/// <param name="Readings">What was asked for, in the order of the catalog; a reading without any value in the range is
/// left out.</param>
internal sealed record NodeHistory(long From, long To, long Step, long[] Times, IReadOnlyList<ReadingHistory> Readings);

/// <summary>
/// One reading of a node: an element for each bucket, <see langword="null"/> where there was no sample.
/// </summary>
/// <param name="Definition">Which reading.</param>
/// <param name="Min">The smallest values.</param>
/// <param name="Avg">The means.</param>
/// <param name="Max">The largest values.</param>
internal sealed record ReadingHistory(FieldDefinition Definition, double?[] Min, double?[] Avg, double?[] Max);

/// <summary>One reading of all nodes, means only.</summary>
/// <param name="Definition">Which reading.</param>
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

/// <summary>The history of what a node has several of.</summary>
/// <param name="From">The start of the first bucket, in milliseconds since the epoch.</param>
/// <param name="To">The end of the last.</param>
/// <param name="Step">The width of a bucket in milliseconds.</param>
/// <param name="Times">The start of every bucket.</param>
/// <param name="Entries">What was asked for, by section, entry and field.</param>
internal sealed record NodeEntriesHistory(
    long From, long To, long Step, long[] Times, IReadOnlyList<EntryHistory> Entries);

/// <summary>One field of an entry of a node: an element for each bucket, <see langword="null"/> where there was no
/// sample. Of a counter it is the rate a second.</summary>
/// <param name="Field">Which field.</param>
/// <param name="Entry">The entry's name.</param>
/// <param name="Min">The smallest values.</param>
/// <param name="Avg">The means.</param>
/// <param name="Max">The largest values.</param>
internal sealed record EntryHistory(
    FieldDefinition Field, string Entry, double?[] Min, double?[] Avg, double?[] Max);
