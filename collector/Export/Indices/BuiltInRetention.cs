using System.Globalization;
using System.Text.Json;
using NodeTelemetry.Collector.Export.Settings;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>Deletes indices of readings that are older than the limit, if OpenSearch has no plugin for it.</summary>
/// <remarks>
/// An index is deleted only if its name is exactly that of a daily or weekly index,
/// its whole period is older than the limit by both the server's and the collector's clock,
/// and its mapping says that a collector created it. Indices are deleted one by one, by their full names.
/// A machine without a battery-backed clock may be years off, so one clock alone does not decide.
/// </remarks>
internal sealed partial class BuiltInRetention(
    OpenSearchApi api, IndexSettings settings, TimeProvider time, ILogger logger)
{
    /// <summary>Deletes indices that are due, and rolls over the data stream if one is configured.</summary>
    /// <returns>The problem, if any.</returns>
    public async Task<string?> RunAsync(CancellationToken token)
    {
        if (await ReadClockAsync(token) is not { } clock)
        {
            return "The server's clock cannot be read (_cat/health), so no old index is deleted. Grant the collector's "
                + "user the right cluster:monitor/health, or set OpenSearch:ManageRetention to false.";
        }

        var local = time.GetUtcNow().UtcDateTime;
        var limit = (clock < local ? clock : local) - settings.DeleteAfter;
        return await DeleteIndicesAsync(limit, token)
            ?? (settings.Naming == IndexNaming.Stream ? await KeepStreamAsync(limit, token) : null);
    }

    private async Task<DateTime?> ReadClockAsync(CancellationToken token)
    {
        var response = await api.GetAsync("_cat/health?format=json&h=epoch", token);
        return response.IsSuccess
            && response.Json is { ValueKind: JsonValueKind.Array } rows
            && rows.GetArrayLength() == 1
            && rows[0] is { ValueKind: JsonValueKind.Object } row
            && row.TryGetProperty("epoch", out var epoch)
            && epoch.ValueKind == JsonValueKind.String
            && long.TryParse(epoch.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? DateTime.UnixEpoch.AddSeconds(seconds)
                : null;
    }

    private async Task<string?> DeleteIndicesAsync(DateTime limit, CancellationToken token)
    {
        var list = await api.GetAsync($"_cat/indices/{IndexNames.Metrics}-*?format=json&h=index", token);
        if (!list.IsSuccess)
        {
            return $"The indices cannot be listed, so no old one is deleted: {list.Describe()}.";
        }

        foreach (var row in list.Json.EnumerateArray())
        {
            var index = row.GetProperty("index").GetString()!;
            if (IndexNames.TryReadEnd(index, out var end) && end <= limit
                && await DeleteAsync(index, token) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private async Task<string?> DeleteAsync(string index, CancellationToken token)
    {
        var mapping = await api.GetAsync($"{index}/_mapping", token);
        if (!IsManaged(mapping, index))
        {
            Log.NotManaged(logger, index);
            return null;
        }

        var response = await api.SendAsync(HttpMethod.Delete, index, null, token);
        if (response.IsSuccess)
        {
            Log.Deleted(logger, index, settings.DeleteAfter.TotalDays);
            return null;
        }

        // Another collector has deleted it.
        return response.Status == 404 ? null : $"The index {index} cannot be deleted: {response.Describe()}.";
    }

    // A backing index of a stream covers the time from its creation to the creation of the next one.
    private async Task<string?> KeepStreamAsync(DateTime limit, CancellationToken token)
    {
        var stream = await api.GetAsync($"_data_stream/{IndexNames.Stream}", token);
        if (!stream.IsSuccess)
        {
            return stream.Status == 404
                ? null
                : $"The data stream {IndexNames.Stream} cannot be read: {stream.Describe()}.";
        }

        var rolled = await api.SendAsync(
            HttpMethod.Post,
            $"{IndexNames.Stream}/_rollover",
            $$$"""{"conditions":{"max_age":"{{{(long)settings.RolloverAfter.TotalMinutes}}}m"}}""",
            token);
        if (!rolled.IsSuccess)
        {
            return $"The data stream {IndexNames.Stream} cannot be rolled over: {rolled.Describe()}.";
        }

        var created = await api.GetAsync($"{IndexNames.Stream}/_settings/index.creation_date", token);
        if (!created.IsSuccess)
        {
            return $"The indices of {IndexNames.Stream} cannot be read: {created.Describe()}.";
        }

        var backing = created.Json.EnumerateObject()
            .Select(static index => (index.Name, CreatedAt: ReadCreationDate(index.Value)))
            .OrderBy(static index => index.Name, StringComparer.Ordinal)
            .ToList();
        foreach (var (current, next) in backing.Zip(backing.Skip(1)))
        {
            if (next.CreatedAt <= limit && await DeleteAsync(current.Name, token) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static DateTime ReadCreationDate(JsonElement index) =>
        long.TryParse(
            index.GetProperty("settings").GetProperty("index").GetProperty("creation_date").GetString(),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var milliseconds)
                ? DateTime.UnixEpoch.AddMilliseconds(milliseconds)
                : DateTime.MaxValue;

    private static bool IsManaged(ApiResponse mapping, string index) =>
        mapping.IsSuccess
        && mapping.Json.TryGetProperty(index, out var entry)
        && entry.TryGetProperty("mappings", out var mappings)
        && mappings.TryGetProperty("_meta", out var meta)
        && meta.TryGetProperty("managed_by", out var by)
        && by.GetString() == IndexTemplate.ManagedBy;
}
