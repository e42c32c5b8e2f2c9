using System.Text;
using System.Text.Json;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>
/// Sees to it that an index template is there: without it the first document of a day would make an index with guessed
/// types.
/// </summary>
/// <remarks>
/// A missing template is put, an older one replaced, a newer one left to the newer collector that put it. One of the
/// same version that somebody has changed is left as well, and said to be so: whoever changed it may know why, and
/// <c>opensearch setup</c> puts it right.
/// </remarks>
internal sealed partial class TemplateInstaller(
    OpenSearchConnection connection, ExportSettings settings, ILogger logger)
{
    // What is not compared: whether the server has the codec decides on it.
    private const string CodecPath = "template.settings.index.codec";

    private readonly OpenSearchApi _api = new(connection);

    /// <summary>Sees to the templates of readings and of events.</summary>
    /// <returns><see langword="null"/> when they are there, else what to do and why.</returns>
    public async Task<BulkOutcome?> PutAsync(CancellationToken token) =>
        await PutAsync(IndexTemplate.Metrics(settings.Indices.Naming), mayRepair: false, token)
        ?? await PutAsync(IndexTemplate.Events(), mayRepair: false, token);

    /// <summary>Sees to one template.</summary>
    /// <param name="template">Which.</param>
    /// <param name="mayRepair">Whether one that somebody has changed is put right.</param>
    /// <param name="token">Cancels it.</param>
    /// <returns><see langword="null"/> when it is there, else what to do and why.</returns>
    public async Task<BulkOutcome?> PutAsync(IndexTemplate template, bool mayRepair, CancellationToken token)
    {
        try
        {
            var state = await ReadAsync(template, token);
            switch (state.Kind)
            {
                case TemplateKind.Unknown:
                    connection.Avoid(state.Answer.Host);
                    return Refused(template, state.Answer);
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

    /// <summary>Looks what is there of a template, and changes nothing.</summary>
    public async Task<InstalledTemplate> ReadAsync(IndexTemplate template, CancellationToken token)
    {
        var answer = await _api.GetAsync($"_index_template/{template.Name}", token);
        if (answer.Status == 404 && !answer.IsPluginMissing)
        {
            return new InstalledTemplate(TemplateKind.Missing, answer);
        }

        if (!answer.IsSuccess
            || !answer.Json.TryGetProperty("index_templates", out var list)
            || list is not { ValueKind: JsonValueKind.Array }
            || list.GetArrayLength() != 1
            || !list[0].TryGetProperty("index_template", out var present))
        {
            return new InstalledTemplate(TemplateKind.Unknown, answer);
        }

        var version = present.TryGetProperty("version", out var number) && number.TryGetInt64(out var known)
            ? known
            : 0;
        using var wanted = JsonDocument.Parse(template.Create(null));
        var differences = JsonDifference.Find(wanted.RootElement, present, CodecPath);

        // Made for another OpenSearch:Indices; nobody changed anything.
        var isOther = template.IsStream != present.TryGetProperty("data_stream", out _);
        return new InstalledTemplate(
            version < IndexTemplate.Version || (isOther && version == IndexTemplate.Version) ? TemplateKind.Older
            : version > IndexTemplate.Version ? TemplateKind.Newer
            : differences.Count > 0 ? TemplateKind.Changed
            : TemplateKind.Current,
            answer,
            version,
            differences);
    }

    private async Task<BulkOutcome?> ReplaceAsync(
        IndexTemplate template, InstalledTemplate state, CancellationToken token)
    {
        var answer = state.Answer;
        foreach (var codec in IndexTemplate.Codecs)
        {
            answer = await _api.AskAsync(
                HttpMethod.Put,
                $"_index_template/{template.Name}",
                Encoding.UTF8.GetString(template.Create(codec)),
                token);
            if (answer.IsSuccess)
            {
                Log.Put(logger, template.Name, IndexTemplate.Version, codec, answer.Host);
                if (state.Kind != TemplateKind.Missing)
                {
                    await AddFieldsAsync(template, token);
                }

                return null;
            }

            if (!answer.Reason.Contains("[index.codec]", StringComparison.Ordinal))
            {
                break;
            }
        }

        return Refused(template, answer);
    }

    // Fields that are new are of no use to searches until the index maps them, and the next index is made tomorrow.
    private async Task AddFieldsAsync(IndexTemplate template, CancellationToken token)
    {
        var answer = await _api.AskAsync(
            HttpMethod.Put,
            $"{template.Pattern}/_mapping?ignore_unavailable=true&allow_no_indices=true",
            Encoding.UTF8.GetString(IndexTemplate.CreateMappings()),
            token);
        if (!answer.IsSuccess && answer.Status != 404)
        {
            Log.FieldsNotAdded(logger, template.Pattern, answer.Describe());
        }
    }

    private static BulkOutcome Refused(IndexTemplate template, ApiResponse answer) => new(
        answer.IsPassing ? BulkOutcomeKind.Retry : BulkOutcomeKind.Hold,
        answer.IsPassing ? ExportFailure.Unavailable : ExportFailure.Refused,
        $"{answer.Host} does not take the index template {template.Name}: {answer.Describe()}. "
            + "If an administrator is to install it instead, set OpenSearch:ManageTemplate to false.",
        answer.Status);
}
