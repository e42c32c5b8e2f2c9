namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>A notification was not delivered.</summary>
internal sealed class AlertDeliveryException : Exception
{
    /// <summary>Initializes a new instance of the <see cref="AlertDeliveryException"/> class.</summary>
    /// <param name="message">What happened, in a sentence that says what to do.</param>
    /// <param name="isTemporary">Whether a retry may succeed.</param>
    /// <param name="cause">The cause.</param>
    public AlertDeliveryException(string message, bool isTemporary, Exception? cause = null)
        : base(message, cause) => IsTemporary = isTemporary;

    /// <summary>Gets a value indicating whether a retry may succeed.</summary>
    public bool IsTemporary { get; }

    /// <summary>Gets a value indicating whether the server rejected the content:
    /// the same will be rejected again.</summary>
    public bool IsRejected { get; init; }

    /// <summary>Gets a value indicating whether the server rejected the content because of its length.</summary>
    public bool IsTooLong { get; init; }

    /// <summary>Gets how long the server requests to wait before a retry.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
