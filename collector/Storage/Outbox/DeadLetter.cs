namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>A document that OpenSearch rejects permanently.</summary>
/// <param name="CreatedAt">When it was rejected, by the wall clock.</param>
/// <param name="Action">Its action line, which names index and id.</param>
/// <param name="Status">The HTTP status of its item.</param>
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
