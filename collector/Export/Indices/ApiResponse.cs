using System.Text.Json;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>The response to a request to an API of OpenSearch.</summary>
/// <param name="Host">The host.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Json">The body; undefined if it is not JSON.</param>
/// <param name="ErrorType">The type of the error, if any.</param>
/// <param name="Reason">The reason of the error.</param>
internal sealed record ApiResponse(Uri Host, int Status, JsonElement Json, string ErrorType, string Reason)
{
    /// <summary>The error type of a successful response that is not from OpenSearch.</summary>
    public const string NotOpenSearch = "is not a response of OpenSearch:";

    /// <summary>Gets a value indicating whether the request succeeded and the response is from OpenSearch.</summary>
    public bool IsSuccess => Status is >= 200 and < 300 && ErrorType.Length == 0;

    /// <summary>
    /// Gets a value indicating whether the plugin that serves the path is missing.
    /// The server itself responds 400; a proxy or AWS responds 404 without an error type.
    /// </summary>
    public bool IsPluginMissing =>
        Reason.StartsWith("no handler found", StringComparison.Ordinal)
        || (Status is 404 or 405 && ErrorType.Length == 0);

    /// <summary>Gets a value indicating whether waiting may help.</summary>
    public bool IsTemporary => Status is 408 or 425 or 429 or (>= 500 and not 501);

    /// <summary>Describes the response for logs and messages.</summary>
    public string Describe() => $"{Status} {ErrorType} {Reason}".Replace("  ", " ", StringComparison.Ordinal).TrimEnd();
}
