using System.Text.Json;
using NodeTelemetry.Collector.Export.Settings;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>How old indices are maintained.</summary>
internal enum RetentionMode
{
    /// <summary>Not known yet.</summary>
    Unknown,

    /// <summary>Not at all: retention is off.</summary>
    Off,

    /// <summary>By a policy of OpenSearch's index state management.</summary>
    Policy,

    /// <summary>By the collector, because OpenSearch has no index state management.</summary>
    BuiltIn,
}

/// <summary>Installs the policy of index state management, if OpenSearch has the plugin.</summary>
internal sealed partial class PolicyInstaller(OpenSearchApi api, IndexSettings settings, ILogger logger)
{
    private const string Path = $"_plugins/_ism/policies/{IndexNames.Policy}";

    /// <summary>Installs or updates the policy, and attaches it to indices that have none.</summary>
    /// <returns>How old indices are maintained, and the problem, if any.</returns>
    public async Task<(RetentionMode Mode, string? Problem)> PutAsync(CancellationToken token)
    {
        var existing = await api.GetAsync(Path, token);
        if (existing.IsPluginMissing)
        {
            return (RetentionMode.BuiltIn, null);
        }

        if (existing is { IsSuccess: false, Status: not 404 })
        {
            return (RetentionMode.Unknown, Refused("cannot be read", existing));
        }

        if (!existing.IsSuccess || Differences(existing).Count > 0)
        {
            var query = existing.Json.ValueKind == JsonValueKind.Object
                && existing.Json.TryGetProperty("_seq_no", out var number)
                && existing.Json.TryGetProperty("_primary_term", out var term)
                    ? $"?if_seq_no={number}&if_primary_term={term}"
                    : string.Empty;
            var put = await api.SendAsync(HttpMethod.Put, Path + query, RetentionPolicy.Create(settings), token);

            // Another collector was faster: its policy is checked the next time.
            if (!put.IsSuccess && put.Status != 409)
            {
                return (RetentionMode.Unknown, Refused("is not accepted", put));
            }

            Log.Put(logger, IndexNames.Policy, RetentionPolicy.Description(settings));
        }

        // A policy is only attached to indices created after it. Indices that have one are reported as failures.
        var added = await api.SendAsync(
            HttpMethod.Post,
            $"_plugins/_ism/add/{IndexNames.Metrics}-*",
            $$"""{"policy_id":"{{IndexNames.Policy}}"}""",
            token);
        return (RetentionMode.Policy, added.IsSuccess ? null : Refused("cannot be attached to indices", added));
    }

    /// <summary>Reads the policy, and changes nothing.</summary>
    /// <returns>The response, and the differences from this collector's policy.</returns>
    public async Task<(ApiResponse Response, IReadOnlyList<string> Differences)> ReadAsync(CancellationToken token)
    {
        var response = await api.GetAsync(Path, token);
        return (response, response.IsSuccess ? Differences(response) : []);
    }

    private List<string> Differences(ApiResponse existing)
    {
        using var wanted = JsonDocument.Parse(RetentionPolicy.Create(settings));
        return JsonDifference.Find(
            wanted.RootElement.GetProperty("policy"),
            existing.Json.TryGetProperty("policy", out var policy) ? policy : default);
    }

    private static string Refused(string what, ApiResponse response) =>
        $"The policy {IndexNames.Policy} {what}: {response.Describe()}. Grant the collector's user the rights, or set "
        + "OpenSearch:ManageRetention to false.";
}
