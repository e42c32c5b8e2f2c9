using System.Text.Json;

namespace NodeTelemetry.Collector.Hosting;

/// <summary>Puts the sources of options together: file, environment, command line; the last one wins.</summary>
internal static class ConfigurationSources
{
    private const string EnvironmentPrefix = "NODETELEMETRY_";

    /// <summary>Reads the options.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="programFolder">Where <c>appsettings.json</c> may be.</param>
    /// <param name="systemFolder">Where <c>collector.json</c> may be, by systemd's
    /// <c>CONFIGURATION_DIRECTORY</c>.</param>
    /// <returns>The options, and what is wrong with them, a sentence each.</returns>
    public static (CollectorOptions Options, IReadOnlyList<string> Problems) Read(
        CommandLine line, string programFolder, string? systemFolder)
    {
        var problems = new List<string>(line.Problems);
        var files = new ConfigurationBuilder();
        AddFile(files, Path.Combine(programFolder, "appsettings.json"), isOptional: true, problems);
        if (!string.IsNullOrEmpty(systemFolder))
        {
            AddFile(files, Path.Combine(systemFolder, "collector.json"), isOptional: true, problems);
        }

        if (line.ConfigurationFile is { } named)
        {
            AddFile(files, Path.GetFullPath(named), isOptional: false, problems);
        }

        var fromFiles = files.Build();
        var reader = new OptionReader(new ConfigurationBuilder()
            .AddConfiguration(fromFiles)
            .AddEnvironmentVariables(EnvironmentPrefix)
            .AddInMemoryCollection(line.Options)
            .Build());
        var options = CollectorOptions.Read(reader);

        // The environment is not searched for mistakes: the agent's variables have the same prefix.
        reader.RefuseUnknown(
            fromFiles.AsEnumerable().Where(static pair => pair.Value is not null).Select(static pair => pair.Key),
            "the configuration file");
        problems.AddRange(reader.Problems);
        return (options, problems);
    }

    private static void AddFile(ConfigurationBuilder builder, string path, bool isOptional, List<string> problems)
    {
        if (!File.Exists(path))
        {
            if (!isOptional)
            {
                problems.Add($"--config: there is no file {path}.");
            }

            return;
        }

        try
        {
            // Read apart first, so that a mistake in it is one problem among the others.
            var text = File.ReadAllBytes(path);
            new ConfigurationBuilder().AddJsonStream(new MemoryStream(text)).Build();
            builder.AddJsonStream(new MemoryStream(text));
        }
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or FormatException or JsonException)
        {
            problems.Add($"{path}: cannot be read: {(error.InnerException ?? error).Message}");
        }
    }
}
