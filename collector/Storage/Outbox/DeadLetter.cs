namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>A document that OpenSearch will never take.</summary>
/// <param name="CreatedAt">When it was refused, by the wall clock.</param>
/// <param name="Action">Its action line, which names index and id.</param>
/// <param name="Status">The status of its item.</param>
/// <param name="ErrorType">The error's type.</param>
/// <param name="ErrorReason">The error's reason, with its cause.</param>
/// <param name="Document">The document itself.</param>
internal sealed record DeadLetter(
    DateTimeOffset CreatedAt,
    string Action,
    int Status,
    string ErrorType,
    string ErrorReason,
    ReadOnlyMemory<byte> Document);
