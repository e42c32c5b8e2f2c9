using System.Collections;
using NodeTelemetry.Collector.Dashboard;
using NodeTelemetry.Collector.Hosting;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.Hosting.Commands;
using NodeTelemetry.Hosting.Options;
using NodeTelemetry.Protocol.Signing;

namespace NodeTelemetry.Collector.Options;

/// <summary>Merges and checks the options of a start.</summary>
internal static class CollectorConfiguration
{
    /// <summary>Characters of a token: a shorter one could be guessed.</summary>
    private const int TokenLengthMin = 16;

    /// <summary>Merges defaults, files, environment and command line; the last takes precedence.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="environment">The environment variables.</param>
    /// <param name="programDirectory">The directory that may hold <c>appsettings.json</c>.</param>
    /// <param name="warnings">What is suspicious but harmless, a sentence each.</param>
    /// <param name="machineDirectory">The directory that may hold <c>collector.json</c>,
    /// unless the environment names another.</param>
    /// <returns>The options, and what is wrong with them, a sentence each.</returns>
    public static (CollectorOptions Options, IReadOnlyList<string> Problems) Load(
        CommandLine line,
        IDictionary environment,
        string programDirectory,
        out IReadOnlyList<string> warnings,
        string machineDirectory = ConfigurationDirectory.Standard)
    {
        var sources = new OptionSources(CollectorOptionTable.All.Definitions);
        sources.AddFile(Path.Combine(programDirectory, "appsettings.json"), isRequired: false);

        var directory = ConfigurationDirectory.Find(environment, machineDirectory, out var isOfService);
        sources.AddMachineFile(Path.Combine(directory, "collector.json"), isOfService);
        if ((line.ConfigurationFile ?? environment[OptionSources.FileVariable]) is string named)
        {
            sources.AddFile(Path.GetFullPath(named), isRequired: true);
        }

        sources.AddEnvironment(environment);
        sources.AddCommandLine(line);
        warnings = sources.Warnings;
        return Read(sources);
    }

    /// <summary>Reads and checks the options of merged sources.</summary>
    public static (CollectorOptions Options, IReadOnlyList<string> Problems) Read(OptionSources sources)
    {
        var options = new CollectorOptions();
        var problems = sources.Problems;
        CollectorOptionTable.All.Apply(options, sources.Values, problems);
        if (options.Database.Path.Length == 0)
        {
            options.Database = options.Database with { Path = GetDefaultDatabasePath() };
        }

        // Every node that is shown has a history: one limit for both.
        options.Database = options.Database with { HistoryNodesMax = options.Nodes.CountMax };
        CheckTrust(options.Trust, problems);
        CheckAccess(options.Http, problems);
        if (options.Nodes.LateAfterIntervals >= options.Nodes.LostAfterIntervals)
        {
            problems.Add(
                $"Nodes:LateAfterIntervals ({options.Nodes.LateAfterIntervals}) must be less than "
                + $"Nodes:LostAfterIntervals ({options.Nodes.LostAfterIntervals}).");
        }

        if (OpenSslLibrary.IsMissing && OpenSslUsers.Find(options).ToList() is { Count: > 0 } users)
        {
            problems.Add(OpenSslLibrary.Explain(users));
        }

        if (options.Listen.Groups.Count == 0)
        {
            problems.Add("Listen:Groups: at least one group is needed.");
        }

        return (options, [.. problems, .. options.Database.Validate(), .. options.OpenSearch.Validate()]);
    }

    private static void CheckTrust(CollectorOptions.TrustOptions options, ICollection<string> problems)
    {
        if (options.KeysFile is not null && KeyFile.Load(options.KeysFile).Problem is { } problem)
        {
            problems.Add($"Trust:KeysFile (--trust-keys-file): {options.KeysFile} {problem}");
        }
        else if (options is { KeysFile: null, Signatures: SignaturePolicy.Require })
        {
            problems.Add("Trust:Signatures is require, so Trust:KeysFile (--trust-keys-file) must name the keys; "
                + "\"nodetelemetry-agent key new FILE\" creates one.");
        }
    }

    private static void CheckAccess(CollectorOptions.HttpOptions options, ICollection<string> problems)
    {
        var access = options.Access;
        if ((access.User is null) != (access.Password is null))
        {
            problems.Add("Http:User and Http:PasswordFile belong together.");
        }

        if (access.Token?.Length < TokenLengthMin)
        {
            problems.Add(
                $"Http:TokenFile: the token has fewer than {TokenLengthMin} characters; create one with "
                + "\"openssl rand -hex 32\".");
        }

        if (access.Password?.Length == 0)
        {
            problems.Add("Http:PasswordFile: the password is empty.");
        }

        if (access is { IsRequiredToRead: true, HasCredentials: false })
        {
            problems.Add("Http:RequireAuthentication needs Http:TokenFile, or Http:User and Http:PasswordFile.");
        }

        if (options.CertificateFile is { } certificate && !OpenSslLibrary.IsMissing)
        {
            var loaded = HttpCertificate.TryLoad(certificate, options.CertificateKeyFile, out var problem);
            options.Access = access with { Certificate = loaded };
            if (problem is not null)
            {
                problems.Add($"Http:CertificateFile: \"{certificate}\" cannot be used with its key: {problem}");
            }
        }
        else if (options is { CertificateFile: null, CertificateKeyFile: not null })
        {
            problems.Add("Http:CertificateKeyFile needs Http:CertificateFile.");
        }
    }

    /// <summary>Gets a file in systemd's state directory, or in the user's.</summary>
    private static string GetDefaultDatabasePath()
    {
        var directory = Environment.GetEnvironmentVariable("STATE_DIRECTORY");
        if (string.IsNullOrEmpty(directory))
        {
            var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
            directory = Path.Combine(
                string.IsNullOrEmpty(state)
                    ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state")
                    : state,
                "nodetelemetry");
        }

        return Path.Combine(directory, "telemetry.db");
    }
}
