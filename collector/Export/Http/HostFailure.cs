using System.Security.Authentication;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export.Settings;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace NodeTelemetry.Collector.Export.Http;

/// <summary>Classifies and describes the failure of a request without a response.</summary>
internal static class HostFailure
{
    /// <summary>Gets the outcome of a failed request.</summary>
    public static BulkOutcome Classify(Exception exception, ExportSettings settings) => exception switch
    {
        TimeoutRejectedException => new BulkOutcome(
            BulkOutcomeKind.Retry,
            ExportFailure.Timeout,
            $"OpenSearch did not respond within {settings.RequestTimeout.TotalSeconds:0} s."),

        // The cause that opened the circuit explains more.
        BrokenCircuitException { InnerException: { } cause } =>
            Classify(cause, settings) with { Failure = ExportFailure.CircuitOpen },
        BrokenCircuitException => new BulkOutcome(
            BulkOutcomeKind.Retry,
            ExportFailure.CircuitOpen,
            "OpenSearch failed several times in a row; the next request follows after a pause."),
        UnusableFileException => new BulkOutcome(BulkOutcomeKind.Hold, ExportFailure.Refused, exception.Message),
        HttpRequestException { InnerException: AuthenticationException } => new BulkOutcome(
            BulkOutcomeKind.Hold,
            ExportFailure.Refused,
            $"The certificate of OpenSearch is not trusted: {Innermost(exception)} "
                + "Set the authority that signed it with OpenSearch:CaFile."),
        _ => new BulkOutcome(
            BulkOutcomeKind.Retry, ExportFailure.Unreachable, $"OpenSearch cannot be reached: {Innermost(exception)}"),
    };

    /// <summary>
    /// Determines whether an established connection broke: during the request, or before the response.
    /// </summary>
    public static bool IsBreak(Exception exception) =>
        exception is not (TimeoutRejectedException or BrokenCircuitException or UnusableFileException)
        && (exception as HttpRequestException)?.HttpRequestError
            is not (HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError);

    private static string Innermost(Exception exception) => exception.GetBaseException().Message.TrimEnd('.') + ".";
}
