using System.Text;

namespace NodeTelemetry.Agent.Options;

/// <summary>Writes what a shell needs to complete commands and options; made from the table of options.</summary>
internal static class CompletionScript
{
    /// <summary>The shells.</summary>
    public static readonly string[] Shells = ["bash", "zsh", "fish"];

    private const string Program = "nodetelemetry-agent";

    private static readonly (string Name, string Help)[] Commands =
    [
        ("run", "Sample and send until stopped"),
        ("once", "Print one sample as JSON"),
        ("doctor", "Look for what is missing on this node"),
        ("render", "Write the pages of a display as PNG"),
        ("calibrate", "Compare sensors with a thermometer: calibrate 21.5"),
        ("key", "Make a key file to sign with: key new FILE"),
        ("completion", "Print the completion for a shell"),
    ];

    private static readonly (string Name, string Help)[] Switches =
    [
        ("--check-config", "Check the configuration"),
        ("--version", "Print the version"),
        ("--help", "Print the help"),
    ];

    /// <summary>What the command render takes besides.</summary>
    private static readonly (string Name, string Value, string Help)[] RenderOptions =
    [
        ("page", "page", "Page to write, or all"),
        ("output", "file", "File to write, or folder for all"),
        ("from", "file", "File with a sample to draw from"),
        ("scale", "number", "Columns and rows of each pixel"),
    ];

    /// <summary>Writes the script for a shell; <see langword="null"/> if it is none of <see cref="Shells"/>.</summary>
    public static string? Write(string shell) => shell switch
    {
        "bash" => Bash(),
        "zsh" => Zsh(),
        "fish" => Fish(),
        _ => null,
    };

    private static string Bash() =>
        $$"""
        # bash completion for {{Program}}: source <({{Program}} completion bash)
        _nodetelemetry_agent() {
          local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
          case $before in
            --config|--output|--from) COMPREPLY=($(compgen -f -- "$word")); return ;;
            --interface) COMPREPLY=($(compgen -W "$(ls /sys/class/net)" -- "$word")); return ;;
            --log-level) COMPREPLY=($(compgen -W "debug information warning error none" -- "$word")); return ;;
            {{string.Join('|', Folders)}}) COMPREPLY=($(compgen -d -- "$word")); return ;;
            {{string.Join('|', Valued)}}) COMPREPLY=(); return ;;
            completion) COMPREPLY=($(compgen -W "{{string.Join(' ', Shells)}}" -- "$word")); return ;;
          esac
          local words="{{string.Join(' ', AllOptions)}}"
          ((COMP_CWORD == 1)) && words="{{string.Join(' ', Commands.Select(static one => one.Name))}} $words"
          COMPREPLY=($(compgen -W "$words" -- "$word"))
        }
        complete -F _nodetelemetry_agent {{Program}}
        """;

    private static string Zsh()
    {
        var text = new StringBuilder($"#compdef {Program}\n_arguments \\\n");
        foreach (var option in OptionTable.All)
        {
            var action = option.Argument switch
            {
                "" => "",
                "FOLDER" => ":folder:_files -/",
                "LEVEL" => ":level:(debug information warning error none)",
                _ => $":{ZshHelp(option.Argument)}:",
            };
            text.Append(ShellWord($"--{option.Name}[{ZshHelp(option.Help)}]{action}")).Append(" \\\n");
        }

        foreach (var (name, value, help) in RenderOptions)
        {
            var action = value == "file" ? ":file:_files" : $":{value}:";
            text.Append(ShellWord($"--{name}[{help}]{action}")).Append(" \\\n");
        }

        foreach (var (name, help) in Switches)
        {
            text.Append(ShellWord($"{name}[{help}]")).Append(" \\\n");
        }

        text.Append("'--config[JSON file with options]:file:_files' \\\n");
        text.Append($"'1:command:({string.Join(' ', Commands.Select(static one => one.Name))})' \\\n");
        return text.Append($"'2:shell:({string.Join(' ', Shells)})'").ToString();
    }

    private static string Fish()
    {
        var text = new StringBuilder($"complete -c {Program} -f\n");
        foreach (var (name, help) in Commands)
        {
            text.Append($"complete -c {Program} -n __fish_is_first_arg -a {name} -d {ShellWord(help)}\n");
        }

        text.Append($"complete -c {Program} -n '__fish_seen_subcommand_from completion' ")
            .Append($"-a '{string.Join(' ', Shells)}'\n");
        foreach (var option in OptionTable.All)
        {
            var value = option.Argument switch
            {
                "" => "",
                "FOLDER" => " -r -F",
                "LEVEL" => " -x -a 'debug information warning error none'",
                _ => " -x",
            };
            text.Append($"complete -c {Program} -l {option.Name}{value} -d {ShellWord(option.Help)}\n");
        }

        foreach (var (name, value, help) in RenderOptions)
        {
            text.Append($"complete -c {Program} -n '__fish_seen_subcommand_from render' -l {name} ")
                .Append($"{(value == "file" ? "-r -F" : "-x")} -d {ShellWord(help)}\n");
        }

        foreach (var (name, help) in Switches)
        {
            text.Append($"complete -c {Program} -l {name[2..]} -d {ShellWord(help)}\n");
        }

        return text.Append($"complete -c {Program} -l config -r -F -d 'JSON file with options'").ToString();
    }

    private static IEnumerable<string> AllOptions =>
    [
        .. OptionTable.All.Select(static option => "--" + option.Name),
        "--config",
        .. RenderOptions.Select(static one => "--" + one.Name),
        .. Switches.Select(static one => one.Name),
    ];

    private static IEnumerable<string> Folders =>
        OptionTable.All
            .Where(static option => option.Argument == "FOLDER")
            .Select(static option => "--" + option.Name);

    private static IEnumerable<string> Valued =>
        [
            .. OptionTable.All
                .Where(static option => option.Argument is not ("" or "FOLDER"))
                .Select(static option => "--" + option.Name),
            "--page",
            "--scale",
        ];

    private static string ZshHelp(string help) =>
        help.Replace("[", "(", StringComparison.Ordinal).Replace("]", ")", StringComparison.Ordinal).Replace(':', ',');

    private static string ShellWord(string text) => "'" + text.Replace("'", @"'\''", StringComparison.Ordinal) + "'";
}
