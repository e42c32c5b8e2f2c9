using System.Collections;
using System.Text;
using System.Text.Json;
using NodeTelemetry.Protocol.Signing;

namespace NodeTelemetry.Agent.Options;

/// <summary>Gathers the options from their sources: defaults, configuration file, environment, command line. The last
/// one wins.</summary>
internal sealed class OptionLoader
{
    /// <summary>The file that is read when it exists and no other is named.</summary>
    private const string DefaultFileName = "appsettings.json";

    /// <summary>The same in the folder that systemd names.</summary>
    private const string ServiceFileName = "agent.json";

    /// <summary>Where systemd names it: ConfigurationDirectory in systemd.exec(5).</summary>
    private const string ServiceFolderVariable = "CONFIGURATION_DIRECTORY";

    /// <summary>Where systemd names the folder for what is kept: StateDirectory in systemd.exec(5).</summary>
    private const string StateFolderVariable = "STATE_DIRECTORY";

    /// <summary>Settings are some hundred bytes; anything longer is another file.</summary>
    private const int FileBytesMax = 64 * 1024;

    private readonly List<string> _problems = [];
    private readonly List<string> _warnings = [];

    /// <summary>Gets the options as far as they could be read.</summary>
    public AgentOptions Options { get; } = new();

    /// <summary>Gets everything that is wrong, one sentence each; none if the options can be used.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Gets what is suspicious but does no harm.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Reads all sources.</summary>
    /// <param name="arguments">The command line without the command.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <param name="folder">Where the default configuration file may be.</param>
    public static OptionLoader Load(IReadOnlyList<string> arguments, IDictionary environment, string folder)
    {
        var loader = new OptionLoader();
        loader.Options.Corrections.StateDirectory = environment[StateFolderVariable] as string;
        var given = loader.ReadArguments(arguments, out var file);
        file ??= environment[OptionTable.EnvironmentPrefix + "CONFIG"] as string;
        loader.ReadFile(
            file,
            environment[ServiceFolderVariable] is string service
                ? Path.Join(service, ServiceFileName)
                : Path.Join(folder, DefaultFileName));
        loader.ReadEnvironment(environment);
        foreach (var (option, values) in given)
        {
            loader.Apply(option, values, $"--{option.Name}", "the command line");
        }

        if (loader._problems.Count == 0)
        {
            loader._problems.AddRange(loader.Options.Validate());
            loader.ReadKeys();
        }

        return loader;
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
            _warnings.Add($"--key-file: every user of this machine may read or write {path}; \"chmod 640 {path}\" "
                + "keeps the key secret.");
        }
    }

    private Dictionary<OptionDefinition, List<string>> ReadArguments(IReadOnlyList<string> arguments, out string? file)
    {
        file = null;
        var given = new Dictionary<OptionDefinition, List<string>>();
        for (var index = 0; index < arguments.Count; index++)
        {
            var argument = arguments[index];
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? argument : argument[..equals];
            var option = name.StartsWith("--", StringComparison.Ordinal) ? OptionTable.Find(name[2..]) : null;
            if (option is null && name != "--config")
            {
                _problems.Add(name.StartsWith('-')
                    ? $"{name}: there is no such option; --help lists them all."
                    : $"{name}: no option, and no command here: a command stands first, before all options; "
                        + "see --help.");
                continue;
            }

            string value;
            if (equals >= 0)
            {
                value = argument[(equals + 1)..];
            }
            else if (option is { Argument: "" })
            {
                value = "true";
            }
            else if (index + 1 < arguments.Count)
            {
                value = arguments[++index];
            }
            else
            {
                _problems.Add(
                    $"{name}: needs a value ({option?.Range ?? "the path of a JSON file"}), but nothing follows it.");
                continue;
            }

            if (option is null)
            {
                file = value;
            }
            else if (given.TryGetValue(option, out var values))
            {
                values.AddRange(Split(option, value));
            }
            else
            {
                given[option] = [.. Split(option, value)];
            }
        }

        return given;
    }

    private void ReadEnvironment(IDictionary environment)
    {
        foreach (DictionaryEntry variable in environment)
        {
            if (variable.Key is not string name || variable.Value is not string value
                || !name.StartsWith(OptionTable.EnvironmentPrefix, StringComparison.Ordinal)
                || name == OptionTable.EnvironmentPrefix + "CONFIG")
            {
                continue;
            }

            var option = OptionTable.All.FirstOrDefault(candidate => candidate.EnvironmentName == name);
            if (option is null)
            {
                // The collector's variables have the same prefix, and both may be started from one environment.
                _warnings.Add($"{name}: the agent has no option of that name; it is ignored.");
            }
            else
            {
                Apply(option, Split(option, value), name, "the environment");
            }
        }
    }

    private void ReadFile(string? named, string spare)
    {
        var path = named ?? spare;
        if (named is null && !File.Exists(path))
        {
            return;
        }

        try
        {
            if (new FileInfo(path).Length > FileBytesMax)
            {
                _problems.Add(
                    $"--config: {path} is longer than {FileBytesMax} bytes; that is no configuration of the agent.");
                return;
            }

            using var document = JsonDocument.Parse(
                File.ReadAllBytes(path),
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                _problems.Add($"--config: {path} holds no JSON object.");
                return;
            }

            foreach (var property in document.RootElement.EnumerateObject())
            {
                ReadProperty(path, property);
            }
        }
        catch (JsonException error)
        {
            _problems.Add(
                $"--config: {path} is not JSON (line {error.LineNumber + 1}, column {error.BytePositionInLine + 1}).");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The framework's messages are left out of the native binary, so its own words would be cryptic.
            var reason = error is UnauthorizedAccessException
                ? "access is denied"
                : "there is no such file, or reading it failed";
            _problems.Add($"--config: {path} cannot be read: {reason}.");
        }
    }

    private void ReadProperty(string path, JsonProperty property)
    {
        var option = OptionTable.Find(property.Name);
        if (option is null)
        {
            _problems.Add($"{property.Name} in {path}: there is no such option; --help lists them all.");
        }
        else if (!TryFlatten(property.Value, option, out var values))
        {
            _problems.Add($"{property.Name} in {path}: is not accepted as it is nested; give {option.Range}.");
        }
        else
        {
            Apply(option, values, property.Name, path);
        }
    }

    private static bool TryFlatten(JsonElement value, OptionDefinition option, out List<string> values)
    {
        values = [];
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                if (!TryText(item, out var text))
                {
                    return false;
                }

                values.Add(text);
            }

            return option.IsList;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var item in value.EnumerateObject())
            {
                if (!TryText(item.Value, out var text))
                {
                    return false;
                }

                values.Add($"{item.Name}={text}");
            }

            return option.IsList;
        }

        var isText = TryText(value, out var single);
        values.AddRange(Split(option, single));
        return isText;
    }

    private static bool TryText(JsonElement value, out string text)
    {
        text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => "",
        };
        return value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True
            or JsonValueKind.False;
    }

    private static string[] Split(OptionDefinition option, string value) =>
        option.IsList
            ? value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [value];

    private void Apply(OptionDefinition option, IReadOnlyList<string> values, string name, string source)
    {
        // An option that is given twice and takes one value: the last wins, as with every command.
        IReadOnlyList<string> wanted = option.IsList || values.Count < 2 ? values : [values[^1]];
        if ((wanted.Count == 0 && !option.IsList) || !option.TryApply(Options, wanted))
        {
            _problems.Add($"{name} ({source}): {Quote(wanted)} is not accepted; give {option.Range}.");
        }
    }

    private static string Quote(IReadOnlyList<string> values)
    {
        const int CharactersMax = 100;
        var text = new StringBuilder().Append('"').AppendJoin(',', values).ToString();
        return (text.Length > CharactersMax ? text[..CharactersMax] + "…" : text) + "\"";
    }
}
