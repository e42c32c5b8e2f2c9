using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Run;

/// <summary>Counts what a sample holds, for people.</summary>
internal static class ReadingCount
{
    /// <summary>Gets how many readings a sample has.</summary>
    public static int Of(NodeSnapshot? snapshot)
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

    /// <summary>Gets how many sensors there are besides those of the board itself.</summary>
    public static int OfSensors(NodeSnapshot? snapshot) =>
        snapshot?.Section(SensorsSection.Definition)?.EntryCount ?? 0;
}
