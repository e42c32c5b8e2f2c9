using NodeTelemetry.Collector.Storage.Outbox;

namespace NodeTelemetry.Collector.Tests.Storage;

/// <summary>Lines of a test's own, whose routes are read from them.</summary>
internal static class OutboxExtensions
{
    public static void Append(this OutboxStore outbox, ReadOnlySpan<byte> lines) =>
        outbox.Append(lines, DocumentRoutes.Parse(lines).Runs[0].Route);

    public static OutboxBatch Replace(this OutboxStore outbox, OutboxBatch batch, ReadOnlySpan<byte> lines) =>
        outbox.Replace(batch, DocumentRoutes.Parse(lines).ToArray(), lines);
}
