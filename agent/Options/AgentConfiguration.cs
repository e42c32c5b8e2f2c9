using System.Collections;
using NodeTelemetry.Hosting.Commands;
using NodeTelemetry.Hosting.Options;
using NodeTelemetry.Protocol.Signing;

namespace NodeTelemetry.Agent.Options;

/// <summary>The options of a start or a reload, with what is wrong with them.</summary>
internal sealed class AgentConfiguration
{
    private readonly List<string> _problems = [];
    private readonly List<string> _warnings = [];

    private AgentConfiguration()
    {
    }

    /// <summary>Gets the options.</summary>
    public AgentOptions Options { get; } = new();

    /// <summary>Gets everything that is wrong, a sentence each; with any, the options must not be used.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Gets what is suspicious but harmless, a sentence each.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Merges defaults, configuration files, environment and command line;
    /// the last takes precedence.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="environment">The environment variables.</param>
    /// <param name="programDirectory">The directory that may hold <c>appsettings.json</c>.</param>
    /// <param name="machineDirectory">The directory that may hold <c>agent.json</c>,
    /// unless the environment names another.</param>
    public static AgentConfiguration Load(
        CommandLine line,
        IDictionary environment,
        string programDirectory,
        string machineDirectory = ConfigurationDirectory.Standard)
    {
        var configuration = new AgentConfiguration();
        var options = configuration.Options;

        // StateDirectory= of systemd.exec(5).
        options.Corrections.StateDirectory = environment["STATE_DIRECTORY"] as string;
        var named = line.ConfigurationFile ?? environment[OptionSources.FileVariable] as string;
        var directory = ConfigurationDirectory.Find(environment, machineDirectory, out var isOfService);
        var sources = new OptionSources(AgentOptionTable.All.Definitions);
        if (named is not null)
        {
            sources.AddFile(named, isRequired: true);
        }
        else
        {
            sources.AddFile(Path.Join(programDirectory, "appsettings.json"), isRequired: false);
            sources.AddMachineFile(Path.Join(directory, "agent.json"), isOfService);
        }

        sources.AddEnvironment(environment);
        sources.AddCommandLine(line);
        AgentOptionTable.All.Apply(options, sources.Values, sources.Problems);
        configuration._problems.AddRange(sources.Problems);
        configuration._warnings.AddRange(sources.Warnings);
        if (configuration._problems.Count == 0)
        {
            configuration._problems.AddRange(options.Validate());
            configuration.ReadKeys();
        }

        return configuration;
    }

    private void ReadKeys()
    {
        if (Options.KeyFile is not { } path)
        {
            return;
        }

        var file = KeyFile.Load(path);
        Options.Keys = file.Keys;
        if (file.Problem is { } problem)
        {
            _problems.Add($"--key-file: {path} {problem}");
        }
        else if (file.IsOpenToOthers)
        {
            _warnings.Add($"--key-file: every user of this machine can read or write {path}; \"chmod 640 {path}\" "
                + "keeps the key secret.");
        }
    }
}
