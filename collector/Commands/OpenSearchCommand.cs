using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Export.Http;
using NodeTelemetry.Collector.Export.Indices;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Options;
using NodeTelemetry.Collector.Storage.Outbox;

namespace NodeTelemetry.Collector.Commands;

/// <summary>
/// The commands <c>opensearch check</c>, which looks and changes nothing, and <c>opensearch setup</c>,
/// which puts templates, policy, monitor and dashboards.
/// </summary>
/// <remarks>Exit codes: 0 when nothing has to be done, 1 when something has.</remarks>
internal sealed class OpenSearchCommand(CollectorOptions options, TimeProvider time, TextWriter output)
{
    private readonly ExportSettings _settings = options.OpenSearch;

    /// <summary>Runs the command.</summary>
    /// <param name="verb"><c>check</c> or <c>setup</c>.</param>
    /// <param name="token">Stops it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string verb, CancellationToken token)
    {
        if (!_settings.IsEnabled)
        {
            await output.WriteLineAsync(
                "No OpenSearch is configured. Set its address with --opensearch-nodes, for example "
                + "http://127.0.0.1:9200.");
            return 1;
        }

        IReadOnlyList<CheckFinding> findings;
        try
        {
            using var connection = new OpenSearchConnection(_settings, time);
            findings = verb == "setup" ? await SetUpAsync(connection, token) : await CheckAsync(connection, token);
        }
        catch (Exception exception) when (OpenSearchConnection.IsHostFailure(exception))
        {
            findings =
                [new CheckFinding(CheckLevel.Problem, "reachable", HostFailure.Classify(exception, _settings).Problem)];
        }

        foreach (var finding in findings)
        {
            await output.WriteLineAsync($"{Sign(finding.Level)} {finding.Subject,-10} {finding.Text}");
            if (finding.Advice is { } advice)
            {
                await output.WriteLineAsync($"{string.Empty,-19}{advice}");
            }
        }

        var problems = findings.Count(static finding => finding.Level == CheckLevel.Problem);
        await output.WriteLineAsync(problems == 0 ? "No problems." : $"Problems: {problems}.");
        return problems == 0 ? 0 : 1;
    }

    private static string Sign(CheckLevel level) => level switch
    {
        CheckLevel.Ok => "ok     ",
        CheckLevel.Note => "note   ",
        _ => "PROBLEM",
    };

    private async Task<IReadOnlyList<CheckFinding>> CheckAsync(OpenSearchConnection connection, CancellationToken token)
    {
        var check = new OpenSearchCheck(connection, _settings, time, NullLogger.Instance);
        return [.. await check.RunAsync(token), .. Backlog()];
    }

    // The collector may be running; nothing is written to its database.
    private IEnumerable<CheckFinding> Backlog()
    {
        if (!File.Exists(options.Database.Path))
        {
            yield return new CheckFinding(
                CheckLevel.Note, "backlog", $"There is no database {options.Database.Path} yet.",
                "If the collector keeps it elsewhere, set --database-path or --config.");
            yield break;
        }

        CheckFinding finding;
        BacklogFile? backlog = null;
        try
        {
            backlog = BacklogFile.Read(options.Database.Path);
            finding = backlog.Documents == 0
                ? new CheckFinding(CheckLevel.Ok, "backlog", "The backlog is empty.")
                : new CheckFinding(
                    CheckLevel.Note, "backlog",
                    $"The backlog has {backlog.Documents} documents ({backlog.Bytes / 1e6:0.0} of "
                    + $"{options.Database.OutboxBytesMax / 1e6:0.0} MB), the oldest since {backlog.OldestAt:u}.");
        }
        catch (SqliteException error)
        {
            finding = new CheckFinding(
                CheckLevel.Problem, "backlog", $"{options.Database.Path} cannot be read: {error.Message}",
                "Run the command as the collector's user, or as root.");
        }

        yield return finding;
        if (backlog is { DeadLetters: > 0 and var letters })
        {
            yield return new CheckFinding(
                CheckLevel.Note, "letters", $"{letters} documents were rejected permanently.",
                "List them with 'nodetelemetry-collector dead-letters list'.");
        }
    }

    private async Task<IReadOnlyList<CheckFinding>> SetUpAsync(OpenSearchConnection connection, CancellationToken token)
    {
        var findings = new List<CheckFinding>();
        var templates = new TemplateInstaller(connection, _settings, NullLogger.Instance);
        foreach (var template in IndexTemplate.All(_settings.Indices.Naming))
        {
            findings.Add(await templates.PutAsync(template, mayRepair: true, token) is { } refused
                ? new CheckFinding(CheckLevel.Problem, "template", refused.Problem)
                : new CheckFinding(CheckLevel.Ok, "template", $"{template.Name} is installed."));
        }

        var api = new OpenSearchApi(connection);
        findings.Add(await SetUpPolicyAsync(api, token));
        findings.Add(await new MonitorInstaller(api).PutAsync(token));
        findings.Add(await SetUpDashboardsAsync(token));
        return findings;
    }

    private async Task<CheckFinding> SetUpPolicyAsync(OpenSearchApi api, CancellationToken token)
    {
        if (!_settings.Indices.ManageRetention)
        {
            return new CheckFinding(
                CheckLevel.Ok, "retention", "OpenSearch:ManageRetention is false: no policy is installed.");
        }

        var (mode, problem) = await new PolicyInstaller(api, _settings.Indices, NullLogger.Instance).PutAsync(token);
        return problem is not null
            ? new CheckFinding(CheckLevel.Problem, "retention", problem)
            : mode == RetentionMode.BuiltIn
                ? new CheckFinding(
                    CheckLevel.Ok, "retention",
                    "OpenSearch has no index state management: the running collector deletes old indices itself.")
                : new CheckFinding(
                    CheckLevel.Ok, "retention", $"{RetentionPolicy.Description(_settings.Indices)}.");
    }

    private async Task<CheckFinding> SetUpDashboardsAsync(CancellationToken token)
    {
        if (_settings.Indices.Dashboards is not { } dashboards)
        {
            return new CheckFinding(
                CheckLevel.Note, "dashboards", "OpenSearch:Dashboards is not set, so no dashboards are imported.",
                "Set it to the address of OpenSearch Dashboards, or import deploy/opensearch/dashboards.ndjson there "
                + "manually.");
        }

        using var client = new HostClient(_settings);
        var importer = new DashboardsImporter(client, dashboards, _settings.RequestTimeout, time);
        return await importer.ImportAsync(token);
    }
}
