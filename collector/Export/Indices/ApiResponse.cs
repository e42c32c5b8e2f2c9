using System.Text.Json;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>What OpenSearch answered to a request for its own interfaces.</summary>
/// <param name="Host">Which host.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Json">The body; undefined when it is no JSON.</param>
/// <param name="ErrorType">The type of the error, where there is one.</param>
/// <param name="Reason">The reason of the error.</param>
internal sealed record ApiResponse(Uri Host, int Status, JsonElement Json, string ErrorType, string Reason)
{
    /// <summary>The error of a success that does not say what OpenSearch would say.</summary>
    public const string NotOpenSearch = "is no answer of OpenSearch:";

    /// <summary>Gets a value indicating whether the status is one of success and the answer one of
    /// OpenSearch.</summary>
    public bool IsSuccess => Status is >= 200 and < 300 && ErrorType.Length == 0;

    /// <summary>
    /// Gets a value indicating whether nothing serves the path: the plugin is not there. Behind a proxy or at AWS that
    /// is a 404 without the error's type, where the server itself says 400.
    /// </summary>
    public bool IsPluginMissing =>
        Reason.StartsWith("no handler found", StringComparison.Ordinal)
        || (Status is 404 or 405 && ErrorType.Length == 0);

    /// <summary>Gets a value indicating whether waiting may help.</summary>
    public bool IsPassing => Status is 408 or 425 or 429 or (>= 500 and not 501);

    /// <summary>Says what was answered, for a log or a person.</summary>
    public string Describe() => $"{Status} {ErrorType} {Reason}".Replace("  ", " ", StringComparison.Ordinal).TrimEnd();
}
