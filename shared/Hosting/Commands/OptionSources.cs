using System.Collections;
using System.Text.Json;
using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Hosting.Commands;

/// <summary>Merges the sources of options: files, environment, command line.
/// Each takes precedence over those that were added before it.</summary>
/// <param name="definitions">The options.</param>
public sealed class OptionSources(IReadOnlyList<OptionDefinition> definitions)
{
    /// <summary>The environment variable that names a file, as <c>--config</c> does.</summary>
    public const string FileVariable = OptionDefinition.EnvironmentPrefix + "CONFIG";

    /// <summary>Two hundred alert rules need a tenth of this; anything longer is another file.</summary>
    private const int FileBytesMax = 1024 * 1024;

    private static readonly JsonDocumentOptions Json =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly List<string> _problems = [];
    private readonly List<string> _warnings = [];

    /// <summary>Gets the merged values by key.</summary>
    public OptionValue Values { get; private set; } = new(string.Empty, null, null);

    /// <summary>Gets what is wrong, a sentence each.</summary>
    public ICollection<string> Problems => _problems;

    /// <summary>Gets what is suspicious but harmless, a sentence each.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Adds a JSON file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="isRequired">Whether its absence is a problem.</param>
    public void AddFile(string path, bool isRequired)
    {
        if (!isRequired && !File.Exists(path))
        {
            return;
        }

        try
        {
            if (new FileInfo(path).Length > FileBytesMax)
            {
                _problems.Add($"--config: {path} is longer than {FileBytesMax} bytes, so it is not a configuration.");
                return;
            }

            AddJson(File.ReadAllBytes(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            _problems.Add($"--config: {path} cannot be read: {OptionText.Explain(error)}.");
        }
    }

    /// <summary>Adds a JSON file of this machine, which need not exist.
    /// The service must be able to read it; a user who runs a command by hand may not be allowed to.</summary>
    /// <param name="path">The path.</param>
    /// <param name="isOfService">Whether this is the service.</param>
    public void AddMachineFile(string path, bool isOfService)
    {
        if (!isOfService && File.Exists(path))
        {
            try
            {
                using var file = File.OpenRead(path);
            }
            catch (UnauthorizedAccessException)
            {
                _warnings.Add($"{path} is not used, because this user cannot read it.");
                return;
            }
            catch (IOException)
            {
                // Explained below.
            }
        }

        AddFile(path, isRequired: false);
    }

    /// <summary>Adds the content of a JSON file.</summary>
    /// <param name="content">The content.</param>
    /// <param name="path">Its path, for error messages.</param>
    public void AddJson(ReadOnlyMemory<byte> content, string path)
    {
        // The byte order mark that some editors write.
        content = content.Span.StartsWith("\uFEFF"u8) ? content[3..] : content;
        try
        {
            using var document = JsonDocument.Parse(content, Json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                AddObject(document.RootElement, string.Empty, path);
            }
            else
            {
                _problems.Add($"--config: {path} is not a JSON object.");
            }
        }
        catch (JsonException error)
        {
            _problems.Add(
                $"--config: {path} is not JSON (line {error.LineNumber + 1}, column {error.BytePositionInLine + 1}).");
        }
    }

    /// <summary>Adds environment variables. Unknown ones are a warning only:
    /// both programs use the same prefix.</summary>
    public void AddEnvironment(IDictionary environment)
    {
        foreach (DictionaryEntry variable in environment)
        {
            if (variable is { Key: string name, Value: string text } && name != FileVariable
                && name.StartsWith(OptionDefinition.EnvironmentPrefix, StringComparison.OrdinalIgnoreCase)
                && !TryAddVariable(name, text))
            {
                _warnings.Add($"{name}: there is no such option; it is ignored.");
            }
        }
    }

    /// <summary>Adds the options of the command line.</summary>
    public void AddCommandLine(CommandLine line)
    {
        _problems.AddRange(line.Problems);
        foreach (var (definition, texts) in line.Values)
        {
            Add(definition.Key, new OptionValue(definition.Switch, null, string.Join(',', texts)));
        }
    }

    private bool TryAddVariable(string name, string text)
    {
        foreach (var definition in definitions)
        {
            var known = definition.EnvironmentName;
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                Add(definition.Key, new OptionValue(name, null, text));
                return true;
            }

            if (name.StartsWith(known + "__", StringComparison.OrdinalIgnoreCase))
            {
                var value = new OptionValue(name, null, text);
                var path = name[(known.Length + 2)..].Split("__");
                for (var index = path.Length - 1; index >= 0; index--)
                {
                    value = new OptionValue(name, null, null, [new(path[index], value)]);
                }

                Add(definition.Key, value);
                return true;
            }
        }

        return false;
    }

    private void AddObject(JsonElement parent, string prefix, string path)
    {
        foreach (var property in parent.EnumerateObject())
        {
            var key = prefix + property.Name;
            if (OptionDefinition.Find(definitions, key) is { } definition)
            {
                Add(definition.Key, Convert(property.Value, key, path));
            }
            else if (property.Value.ValueKind == JsonValueKind.Object && IsSection(key))
            {
                AddObject(property.Value, key + ":", path);
            }
            else
            {
                _problems.Add($"{key}: there is no such option (in {path}); --help lists them all.");
            }
        }
    }

    private bool IsSection(string key)
    {
        foreach (var definition in definitions)
        {
            if (definition.Key.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static OptionValue Convert(JsonElement element, string name, string path)
    {
        var children = new List<KeyValuePair<string, OptionValue>>();
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return new OptionValue(name, path, element.GetString());
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                return new OptionValue(name, path, element.GetRawText());
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    children.Add(new($"{index++}", Convert(item, name, path)));
                }

                return new OptionValue(name, path, null, children) { IsList = true };
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    children.Add(new(property.Name, Convert(property.Value, $"{name}:{property.Name}", path)));
                }

                return new OptionValue(name, path, null, children);
            default:
                return new OptionValue(name, path, null);
        }
    }

    private void Add(string key, OptionValue value) =>
        Values = Values.Overlay(new OptionValue(string.Empty, null, null, [new(key, value)]));
}
