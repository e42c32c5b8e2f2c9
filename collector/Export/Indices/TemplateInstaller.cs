using System.Text;
using System.Text.Json;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export.Http;
using NodeTelemetry.Collector.Export.Settings;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>
/// Ensures that an index template is installed:
/// without it, the first document of a day would create an index with guessed types.
/// </summary>
/// <remarks>
/// A missing template is installed, an older one is replaced, and one of a newer collector is kept.
/// A modified template of the same version is kept as well, and reported:
/// the change may be intended, and <c>opensearch setup</c> restores it.
/// </remarks>
internal sealed partial class TemplateInstaller(
    OpenSearchConnection connection, ExportSettings settings, ILogger logger)
{
    // Not compared: the codec depends on what the server supports.
    private const string CodecPath = "template.settings.index.codec";

    private readonly OpenSearchApi _api = new(connection);

    /// <summary>Ensures the templates of readings and of events.</summary>
    /// <returns><see langword="null"/> if they are installed, otherwise the outcome of the failed request.</returns>
    public async Task<BulkOutcome?> PutAsync(CancellationToken token) =>
        await PutAsync(IndexTemplate.Metrics(settings.Indices.Naming), mayRepair: false, token)
        ?? await PutAsync(IndexTemplate.Events(), mayRepair: false, token);

    /// <summary>Ensures one template.</summary>
    /// <param name="template">The template.</param>
    /// <param name="mayRepair">Whether a modified template is replaced.</param>
    /// <param name="token">Cancels it.</param>
    /// <returns><see langword="null"/> if it is installed, otherwise the outcome of the failed request.</returns>
    public async Task<BulkOutcome?> PutAsync(IndexTemplate template, bool mayRepair, CancellationToken token)
    {
        try
        {
            var state = await ReadAsync(template, token);
            switch (state.Kind)
            {
                case TemplateKind.Unknown:
                    connection.Avoid(state.Response.Host);
                    return Refused(template, state.Response);
                case TemplateKind.Newer:
                    Log.Newer(logger, template.Name, state.Version, IndexTemplate.Version);
                    return null;
                case TemplateKind.Changed when !mayRepair:
                    Log.Changed(logger, template.Name, string.Join("; ", state.Differences));
                    return null;
                case TemplateKind.Current:
                    if (mayRepair)
                    {
                        await AddFieldsAsync(template, token);
                    }

                    return null;
                default:
                    return await ReplaceAsync(template, state, token);
            }
        }
        catch (Exception exception) when (OpenSearchConnection.IsHostFailure(exception))
        {
            return HostFailure.Classify(exception, settings);
        }
    }

    /// <summary>Reads an installed template, and changes nothing.</summary>
    public async Task<InstalledTemplate> ReadAsync(IndexTemplate template, CancellationToken token)
    {
        var response = await _api.GetAsync($"_index_template/{template.Name}", token);
        if (response.Status == 404 && !response.IsPluginMissing)
        {
            return new InstalledTemplate(TemplateKind.Missing, response);
        }

        if (!response.IsSuccess
            || !response.Json.TryGetProperty("index_templates", out var list)
            || list is not { ValueKind: JsonValueKind.Array }
            || list.GetArrayLength() != 1
            || !list[0].TryGetProperty("index_template", out var installed))
        {
            return new InstalledTemplate(TemplateKind.Unknown, response);
        }

        var version = installed.TryGetProperty("version", out var number) && number.TryGetInt64(out var known)
            ? known
            : 0;
        using var wanted = JsonDocument.Parse(template.Create(null));
        var differences = JsonDifference.Find(wanted.RootElement, installed, CodecPath);

        // Created for another OpenSearch:Indices, and not modified.
        var isOther = template.IsStream != installed.TryGetProperty("data_stream", out _);
        return new InstalledTemplate(
            version < IndexTemplate.Version || (isOther && version == IndexTemplate.Version) ? TemplateKind.Older
            : version > IndexTemplate.Version ? TemplateKind.Newer
            : differences.Count > 0 ? TemplateKind.Changed
            : TemplateKind.Current,
            response,
            version,
            differences);
    }

    private async Task<BulkOutcome?> ReplaceAsync(
        IndexTemplate template, InstalledTemplate state, CancellationToken token)
    {
        var response = state.Response;
        foreach (var codec in IndexTemplate.Codecs)
        {
            response = await _api.SendAsync(
                HttpMethod.Put,
                $"_index_template/{template.Name}",
                Encoding.UTF8.GetString(template.Create(codec)),
                token);
            if (response.IsSuccess)
            {
                Log.Put(logger, template.Name, IndexTemplate.Version, codec, response.Host);
                if (state.Kind != TemplateKind.Missing)
                {
                    await AddFieldsAsync(template, token);
                }

                return null;
            }

            if (!response.Reason.Contains("[index.codec]", StringComparison.Ordinal))
            {
                break;
            }
        }

        return Refused(template, response);
    }

    // New fields cannot be searched until the index maps them, and the next index is created tomorrow.
    private async Task AddFieldsAsync(IndexTemplate template, CancellationToken token)
    {
        var response = await _api.SendAsync(
            HttpMethod.Put,
            $"{template.Pattern}/_mapping?ignore_unavailable=true&allow_no_indices=true",
            Encoding.UTF8.GetString(IndexTemplate.CreateMappings()),
            token);
        if (!response.IsSuccess && response.Status != 404)
        {
            Log.FieldsNotAdded(logger, template.Pattern, response.Describe());
        }
    }

    private static BulkOutcome Refused(IndexTemplate template, ApiResponse response) => new(
        response.IsTemporary ? BulkOutcomeKind.Retry : BulkOutcomeKind.Hold,
        response.IsTemporary ? ExportFailure.Unavailable : ExportFailure.Refused,
        $"{response.Host} does not accept the index template {template.Name}: {response.Describe()}. "
            + "If an administrator installs it instead, set OpenSearch:ManageTemplate to false.",
        response.Status);
}
