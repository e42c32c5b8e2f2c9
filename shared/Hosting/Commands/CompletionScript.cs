using System.Text;
using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Hosting.Commands;

/// <summary>Writes the completion of commands and options for a shell.</summary>
public static class CompletionScript
{
    /// <summary>The shells.</summary>
    public static readonly string[] Shells = ["bash", "zsh", "fish"];

    private const string File = "FILE";
    private const string Directory = "DIRECTORY";
    private const string Interfaces = "INTERFACE,...";

    /// <summary>Writes the script for a shell; <see langword="null"/> if it is none of <see cref="Shells"/>.</summary>
    public static string? Write(ProgramDescription program, string shell) => shell switch
    {
        "bash" => WriteBash(program),
        "zsh" => WriteZsh(program),
        "fish" => WriteFish(program),
        _ => null,
    };

    private static string WriteBash(ProgramDescription program)
    {
        var function = "_" + program.Name.Replace('-', '_');
        var text = new StringBuilder(
            $$"""
            # bash completion: source <({{program.Name}} completion bash)
            {{function}}() {
              local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
              case $before in
                --config) COMPREPLY=($(compgen -f -- "$word")); return ;;

            """);
        var words = new StringBuilder("--config");
        foreach (var option in ListOptions(program))
        {
            words.Append(' ').Append(option.Switch);
            var values = option.Argument switch
            {
                "" => null,
                File => "$(compgen -f -- \"$word\")",
                Directory => "$(compgen -d -- \"$word\")",
                Interfaces => "$(compgen -W \"$(ls /sys/class/net)\" -- \"$word\")",
                _ when option.Choices is { } choices => $"$(compgen -W \"{string.Join(' ', choices)}\" -- \"$word\")",
                _ => string.Empty,
            };
            if (values is not null)
            {
                text.Append($"    {option.Switch}) COMPREPLY=({values}); return ;;\n");
            }
        }

        foreach (var command in program.Commands)
        {
            if (command.Words.Count > 0)
            {
                text.Append($"    {command.Name}) COMPREPLY=($(compgen -W \"{string.Join(' ', command.Words)}\" ")
                    .Append("-- \"$word\")); return ;;\n");
            }
        }

        foreach (var (name, _) in ProgramDescription.Switches)
        {
            words.Append(' ').Append(name);
        }

        return text.Append(
            $$"""
              esac
              local words="{{words}}"
              ((COMP_CWORD == 1)) && words="{{string.Join(' ', program.CommandNames)}} $words"
              COMPREPLY=($(compgen -W "$words" -- "$word"))
            }
            complete -F {{function}} {{program.Name}}
            """).ToString();
    }

    private static string WriteZsh(ProgramDescription program)
    {
        var text = new StringBuilder($"#compdef {program.Name}\n_arguments \\\n");
        foreach (var option in ListOptions(program))
        {
            var action = option.Argument switch
            {
                "" => string.Empty,
                File => ":file:_files",
                Directory => ":directory:_files -/",
                _ when option.Choices is { } choices => $":word:({string.Join(' ', choices)})",
                _ => $":{EscapeZsh(option.Argument)}:",
            };
            text.Append(Quote($"{option.Switch}[{EscapeZsh(Shorten(option.Help))}]{action}")).Append(" \\\n");
        }

        foreach (var (name, help) in ProgramDescription.Switches)
        {
            text.Append(Quote($"{name}[{EscapeZsh(help)}]")).Append(" \\\n");
        }

        text.Append("'--config[JSON file with options]:file:_files' \\\n");
        text.Append($"'1:command:({string.Join(' ', program.CommandNames)})' \\\n");
        return text.Append($"'2:word:({string.Join(' ', ListWords(program))})'").ToString();
    }

    private static string WriteFish(ProgramDescription program)
    {
        var complete = $"complete -c {program.Name}";
        var text = new StringBuilder($"{complete} -f\n");
        foreach (var command in program.Commands)
        {
            text.Append($"{complete} -n __fish_is_first_arg -a {command.Name} -d {Quote(Shorten(command.Help))}\n");
            var condition = $"-n '__fish_seen_subcommand_from {command.Name}'";
            if (command.Words.Count > 0)
            {
                text.Append($"{complete} {condition} -a '{string.Join(' ', command.Words)}'\n");
            }

            foreach (var option in command.Options)
            {
                WriteFish(text, $"{complete} {condition}", option);
            }
        }

        foreach (var option in program.ShownOptions)
        {
            WriteFish(text, complete, option);
        }

        foreach (var (name, help) in ProgramDescription.Switches)
        {
            text.Append($"{complete} -l {name[2..]} -d {Quote(help)}\n");
        }

        return text.Append($"{complete} -l config -r -F -d 'JSON file with options'").ToString();
    }

    private static void WriteFish(StringBuilder text, string complete, OptionDefinition option)
    {
        var value = option.Argument switch
        {
            "" => string.Empty,
            File or Directory => " -r -F",
            _ when option.Choices is { } choices => $" -x -a '{string.Join(' ', choices)}'",
            _ => " -x",
        };
        text.Append($"{complete} -l {option.Switch[2..]}{value} -d {Quote(Shorten(option.Help))}\n");
    }

    private static List<OptionDefinition> ListOptions(ProgramDescription program)
    {
        var options = new List<OptionDefinition>(program.ShownOptions);
        foreach (var command in program.Commands)
        {
            options.AddRange(command.Options);
        }

        return options;
    }

    private static List<string> ListWords(ProgramDescription program)
    {
        var words = new List<string>();
        foreach (var command in program.Commands)
        {
            words.AddRange(command.Words);
        }

        return words;
    }

    /// <summary>A menu of completions shows one sentence without its final stop.</summary>
    private static string Shorten(string help)
    {
        var end = help.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? help : help[..end]).TrimEnd('.');
    }

    private static string EscapeZsh(string text) =>
        text.Replace("[", "(", StringComparison.Ordinal).Replace("]", ")", StringComparison.Ordinal).Replace(':', ',');

    private static string Quote(string text) => "'" + text.Replace("'", @"'\''", StringComparison.Ordinal) + "'";
}
