using System.Text.Json;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>How old indices are dealt with.</summary>
internal enum RetentionMode
{
    /// <summary>Not known yet.</summary>
    Unknown,

    /// <summary>Not at all: it is switched off.</summary>
    Off,

    /// <summary>By a policy of OpenSearch's index state management.</summary>
    Policy,

    /// <summary>By the collector, because OpenSearch has no index state management.</summary>
    Own,
}

/// <summary>Sees to the policy of index state management, where OpenSearch has it.</summary>
internal sealed partial class PolicyInstaller(OpenSearchApi api, IndexSettings settings, ILogger logger)
{
    private const string Path = $"_plugins/_ism/policies/{IndexNames.Policy}";

    /// <summary>Puts the policy, or the new version of it, and gives it to the indices that have none.</summary>
    /// <returns>How old indices are dealt with, and what is wrong, if anything.</returns>
    public async Task<(RetentionMode Mode, string? Problem)> PutAsync(CancellationToken token)
    {
        var present = await api.GetAsync(Path, token);
        if (present.IsPluginMissing)
        {
            return (RetentionMode.Own, null);
        }

        if (present is { IsSuccess: false, Status: not 404 })
        {
            return (RetentionMode.Unknown, Refused("cannot be read", present));
        }

        if (!present.IsSuccess || Differences(present).Count > 0)
        {
            var query = present.Json.ValueKind == JsonValueKind.Object
                && present.Json.TryGetProperty("_seq_no", out var number)
                && present.Json.TryGetProperty("_primary_term", out var term)
                    ? $"?if_seq_no={number}&if_primary_term={term}"
                    : string.Empty;
            var put = await api.AskAsync(HttpMethod.Put, Path + query, RetentionPolicy.Create(settings), token);

            // Another collector was faster: what it has put is looked at the next time.
            if (!put.IsSuccess && put.Status != 409)
            {
                return (RetentionMode.Unknown, Refused("is not taken", put));
            }

            Log.Put(logger, IndexNames.Policy, RetentionPolicy.Description(settings));
        }

        // A policy is only given to indices that are made after it. Those that have one are answered as failures.
        var added = await api.AskAsync(
            HttpMethod.Post,
            $"_plugins/_ism/add/{IndexNames.Metrics}-*",
            $$"""{"policy_id":"{{IndexNames.Policy}}"}""",
            token);
        return (RetentionMode.Policy, added.IsSuccess ? null : Refused("cannot be given to indices", added));
    }

    /// <summary>Looks what is there, and changes nothing.</summary>
    /// <returns>The answer, and what of the policy is not as this collector would put it.</returns>
    public async Task<(ApiResponse Answer, IReadOnlyList<string> Differences)> ReadAsync(CancellationToken token)
    {
        var answer = await api.GetAsync(Path, token);
        return (answer, answer.IsSuccess ? Differences(answer) : []);
    }

    private List<string> Differences(ApiResponse present)
    {
        using var wanted = JsonDocument.Parse(RetentionPolicy.Create(settings));
        return JsonDifference.Find(
            wanted.RootElement.GetProperty("policy"),
            present.Json.TryGetProperty("policy", out var policy) ? policy : default);
    }

    private static string Refused(string what, ApiResponse answer) =>
        $"The policy {IndexNames.Policy} {what}: {answer.Describe()}. Give the collector's user the rights, or set "
        + "OpenSearch:ManageRetention to false.";
}
