using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>One field of an entry of a node, such as the use of a file system or the traffic of an interface.</summary>
/// <param name="index">Its index among the node's series.</param>
internal sealed class EntrySeries(int index)
{
    // Samples that waited together in a queue give no rate.
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(50);

    // The rate over a longer silence would be attributed to its last bucket.
    private static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(5);

    private static readonly (SectionDefinition Section, FieldDefinition[] Fields)[] Kept =
    [
        .. SectionCatalog.All
            .Where(static section => section.EntryLabel is not null)
            .Select(static section => (
                section,
                section.Fields.Where(static field => field.InHistory && field.Kind != FieldKind.Text).ToArray()))
            .Where(static kept => kept.Item2.Length > 0),
    ];

    private double _last = double.NaN;
    private DateTimeOffset _lastAt;

    // The value before the counter fell: it has been reset, or the driver read it wrongly once.
    private double _beforeFall = double.NaN;
    private DateTimeOffset _beforeFallAt;

    /// <summary>Adds the entries of a sample.</summary>
    /// <returns>The number of values dropped because the node has too many series.</returns>
    public static int Add(AcceptedSnapshot accepted, HistoryRow row)
    {
        var dropped = 0;
        foreach (var (section, fields) in Kept)
        {
            if (accepted.Snapshot.Section(section) is not { } reading)
            {
                continue;
            }

            for (var entry = 0; entry < reading.EntryCount; entry++)
            {
                foreach (var field in fields)
                {
                    if (reading[entry][field] is { } value)
                    {
                        dropped += Add(accepted, row, field, reading[entry].Name!, value) ? 0 : 1;
                    }
                }
            }
        }

        return dropped;
    }

    /// <summary>Determines whether a sample has entries with history.</summary>
    public static bool IsIn(AcceptedSnapshot accepted)
    {
        foreach (var (section, _) in Kept)
        {
            if (accepted.Snapshot.Section(section) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Add(
        AcceptedSnapshot accepted, HistoryRow row, FieldDefinition field, string entry, double value)
    {
        if (row.Node.Find(field, entry) is not { } series)
        {
            return false;
        }

        if (field.Kind != FieldKind.Counter)
        {
            row.Add(series.Index, value);
        }
        else if (!accepted.IsLate && series.ComputeRate(value, accepted.ReceivedAt) is { } rate)
        {
            row.Add(series.Index, HistoryCell.Round(rate));
        }

        return true;
    }

    private int Index => index;

    // Late samples do not count: the next sample in order has the whole difference.
    private double? ComputeRate(double value, DateTimeOffset at)
    {
        var (before, beforeAt) = (_last, _lastAt);
        if (at >= beforeAt && at - beforeAt < PauseMin)
        {
            return null;
        }

        (_last, _lastAt) = (value, at);
        if (value < before)
        {
            // Of several falls the first counts, as long as nothing has been counted in between.
            if (double.IsNaN(_beforeFall))
            {
                (_beforeFall, _beforeFallAt) = (before, beforeAt);
            }

            return null;
        }

        if (value >= _beforeFall && at - _beforeFallAt <= PauseMax)
        {
            // It goes on where it was: it has not been reset, and the low value is not the start of a difference.
            (before, beforeAt) = (_beforeFall, _beforeFallAt);
            _beforeFall = double.NaN;
        }
        else if (value > before || at - _beforeFallAt > PauseMax)
        {
            _beforeFall = double.NaN;
        }
        else if (!double.IsNaN(_beforeFall))
        {
            // Still the low value: it may yet go on where it was.
            return null;
        }

        var pause = at - beforeAt;
        return value >= before && pause > TimeSpan.Zero && pause <= PauseMax
            ? (value - before) / pause.TotalSeconds
            : null;
    }
}
