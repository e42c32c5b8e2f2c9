using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Run;

/// <summary>Counts the readings of a sample.</summary>
internal static class ReadingCount
{
    /// <summary>Counts all readings.</summary>
    public static int Count(NodeSnapshot? snapshot)
    {
        if (snapshot is null)
        {
            return 0;
        }

        var count = ReadingCatalog.Scalars.Count(reading => snapshot[reading] is not null);
        foreach (var section in snapshot.Sections.Where(static section => section.Definition.EntryLabel is not null))
        {
            for (var index = 0; index < section.EntryCount; index++)
            {
                var entry = section[index];
                count += section.Definition.Fields.Count(
                    field => field.Kind != FieldKind.Text && entry[field] is not null);
            }
        }

        return count;
    }

    /// <summary>Counts the sensors, without those of the board itself.</summary>
    public static int CountSensors(NodeSnapshot? snapshot) =>
        snapshot?.Section(SensorsSection.Definition)?.EntryCount ?? 0;
}
