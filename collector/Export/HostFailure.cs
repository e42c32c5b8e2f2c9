using System.Security.Authentication;
using NodeTelemetry.Collector.Diagnostics;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace NodeTelemetry.Collector.Export;

/// <summary>Makes a judgement and a sentence of a request that no host answered.</summary>
internal static class HostFailure
{
    /// <summary>Judges it.</summary>
    public static BulkOutcome Classify(Exception exception, ExportSettings settings) => exception switch
    {
        TimeoutRejectedException => new BulkOutcome(
            BulkOutcomeKind.Retry,
            ExportFailure.Timeout,
            $"OpenSearch did not answer within {settings.RequestTimeout.TotalSeconds:0} s."),

        // What opened it says more than that it is open.
        BrokenCircuitException { InnerException: { } cause } =>
            Classify(cause, settings) with { Failure = ExportFailure.CircuitOpen },
        BrokenCircuitException => new BulkOutcome(
            BulkOutcomeKind.Retry,
            ExportFailure.CircuitOpen,
            "OpenSearch failed several times in a row and is left alone for a while."),
        UnusableFileException => new BulkOutcome(BulkOutcomeKind.Hold, ExportFailure.Refused, exception.Message),
        HttpRequestException { InnerException: AuthenticationException } => new BulkOutcome(
            BulkOutcomeKind.Hold,
            ExportFailure.Refused,
            $"The certificate of OpenSearch is not trusted: {Innermost(exception)} "
                + "Give the authority that signed it with OpenSearch:CaFile."),
        _ => new BulkOutcome(
            BulkOutcomeKind.Retry, ExportFailure.Unreachable, $"OpenSearch cannot be reached: {Innermost(exception)}"),
    };

    /// <summary>
    /// Tells whether the connection broke when it had been made: under the request, or before the answer.
    /// </summary>
    public static bool IsBreak(Exception exception) =>
        exception is not (TimeoutRejectedException or BrokenCircuitException or UnusableFileException)
        && (exception as HttpRequestException)?.HttpRequestError
            is not (HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError);

    private static string Innermost(Exception exception) => exception.GetBaseException().Message.TrimEnd('.') + ".";
}
