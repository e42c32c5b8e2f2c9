using System.Text;
using System.Text.Json;
using NodeTelemetry.Collector.Export.Http;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>A client for the management APIs of OpenSearch: templates, policies, indices.</summary>
internal sealed class OpenSearchApi(OpenSearchConnection connection)
{
    /// <summary>Sends a request and reads the response.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path and query, without a leading slash.</param>
    /// <param name="body">The JSON body; <see langword="null"/> for none.</param>
    /// <param name="token">Cancels the request.</param>
    /// <returns>The response of any status; exceptions are those of <see cref="OpenSearchConnection"/>.</returns>
    public async Task<ApiResponse> SendAsync(HttpMethod method, string path, string? body, CancellationToken token)
    {
        var response = await connection.SendAsync(
            method,
            path,
            body is null ? null : Encoding.UTF8.GetBytes(body),
            "application/json",
            isCompressed: false,
            token);
        return Read(response, isList: path.StartsWith("_cat/", StringComparison.Ordinal));
    }

    /// <summary>Sends a GET request.</summary>
    public Task<ApiResponse> GetAsync(string path, CancellationToken token) =>
        SendAsync(HttpMethod.Get, path, null, token);

    /// <summary>Reads a response.</summary>
    /// <param name="response">The response.</param>
    /// <param name="isList">Whether a successful response is an array, otherwise an object.</param>
    /// <returns>The response; a successful one of another shape becomes a failure.</returns>
    public static ApiResponse Read(HostResponse response, bool isList = false)
    {
        var (type, reason) = response.IsSuccess
            ? (string.Empty, string.Empty)
            : BulkResponseReader.ReadError(response.Body);
        try
        {
            using var document = JsonDocument.Parse(response.Body);
            if (!response.IsSuccess
                || document.RootElement.ValueKind == (isList ? JsonValueKind.Array : JsonValueKind.Object))
            {
                return new ApiResponse(response.Host, response.Status, document.RootElement.Clone(), type, reason);
            }
        }
        catch (JsonException)
        {
            // Plain text, as with a 401, or a page of another program.
        }

        return response.IsSuccess
            ? new ApiResponse(response.Host, response.Status, default, ApiResponse.NotOpenSearch, "check the address")
            : new ApiResponse(response.Host, response.Status, default, type, reason);
    }
}
