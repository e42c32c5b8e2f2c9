using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.TestKit;

/// <summary>Snapshots with other readings.</summary>
public static class SnapshotExtensions
{
    /// <summary>Sets numbers of scalar sections; <see langword="null"/> sets nothing. Other readings stay.</summary>
    public static NodeSnapshot With(this NodeSnapshot snapshot, params (FieldDefinition Field, double? Value)[] readings)
    {
        foreach (var group in readings.Where(reading => reading.Value is not null).GroupBy(reading => reading.Field.Section))
        {
            var builder = new SectionBuilder(group.Key);
            foreach (var field in group.Key.WireFields)
            {
                builder.Set(field, snapshot[field]);
            }

            foreach (var (field, value) in group)
            {
                if (!builder.Set(field, value))
                {
                    throw new ArgumentOutOfRangeException(nameof(readings), value, $"Out of range of {field.Name}.");
                }
            }

            snapshot = snapshot.With(builder.Build()!);
        }

        return snapshot;
    }

    /// <summary>Sets <c>coreusage</c>.</summary>
    public static NodeSnapshot WithCores(this NodeSnapshot snapshot, params IEnumerable<double> ratios)
    {
        var builder = new SectionBuilder(CoreUsageSection.Definition);
        foreach (var ratio in ratios)
        {
            builder.Begin(name: null);
            builder.Set(CoreUsageSection.UsageRatio, ratio);
        }

        return builder.Build() is { } section ? snapshot.With(section) : snapshot.Without(CoreUsageSection.Definition);
    }

    /// <summary>Sets the load averages.</summary>
    public static NodeSnapshot WithLoad(this NodeSnapshot snapshot, double one, double five, double fifteen) =>
        snapshot.With((LoadSection.OneMinute, one), (LoadSection.FiveMinutes, five), (LoadSection.FifteenMinutes, fifteen));

    /// <summary>Sets sections, in place of those of the same definition.</summary>
    public static NodeSnapshot With(this NodeSnapshot snapshot, params IEnumerable<SectionReading> sections)
    {
        var added = sections.ToList();
        return snapshot with
        {
            Sections =
            [
                .. snapshot.Sections
                    .Where(section => added.TrueForAll(one => one.Definition != section.Definition))
                    .Concat(added)
                    .OrderBy(section => SectionCatalog.IndexOf(section.Definition)),
            ],
        };
    }

    /// <summary>Removes a section.</summary>
    public static NodeSnapshot Without(this NodeSnapshot snapshot, SectionDefinition definition) =>
        snapshot with { Sections = [.. snapshot.Sections.Where(section => section.Definition != definition)] };

    /// <summary>Gets the shares of <c>coreusage</c>; empty if it is absent.</summary>
    public static IReadOnlyList<double> Cores(this NodeSnapshot snapshot)
    {
        var section = snapshot.Section(CoreUsageSection.Definition);
        return [.. Enumerable.Range(0, section?.EntryCount ?? 0).Select(index => section![index][CoreUsageSection.UsageRatio]!.Value)];
    }
}
