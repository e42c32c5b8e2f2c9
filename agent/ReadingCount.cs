using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent;

/// <summary>Counts what a sample holds, for people.</summary>
internal static class ReadingCount
{
    /// <summary>Gets how many readings a sample has.</summary>
    public static int Of(NodeSnapshot? snapshot) =>
        snapshot is null
            ? 0
            : ReadingCatalog.Scalars.Count(reading => reading.Value(snapshot) is not null)
                + (snapshot.Cpu?.CoreUsageRatios?.Count ?? 0);
}
