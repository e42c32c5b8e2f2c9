using System.Text;
using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Hosting.Commands;

/// <summary>Writes what <c>--help</c> prints, and the table of options for documents.</summary>
public static class HelpText
{
    private const int WidthMax = 100;
    private const int CommandIndent = 18;
    private const int OptionIndent = 8;

    /// <summary>Writes the commands and every option with its default and range.</summary>
    public static string Write(ProgramDescription program)
    {
        var text = new StringBuilder(
            $"{program.Name}: {program.Summary}\n\nUsage: {program.Name} [COMMAND] [options]\n\n");
        foreach (var command in program.Commands)
        {
            WriteEntry(text, $"{command.Name} {command.Arguments}".TrimEnd(), command.Help);
            foreach (var option in command.Options)
            {
                WriteEntry(text, $"  {option.Switch} {option.Argument}", option.Help);
            }
        }

        text.Append('\n');
        foreach (var (name, help) in ProgramDescription.Switches)
        {
            WriteEntry(text, name, help + ".");
        }

        text.Append('\n');
        foreach (var paragraph in program.Sources.Split('\n'))
        {
            Wrap(text, paragraph, 0);
        }

        text.Append('\n');
        foreach (var option in program.ShownOptions)
        {
            text.Append("  ").Append(option.Switch).Append(option.IsFlag ? string.Empty : " ").Append(option.Argument)
                .Append('\n');
            Wrap(text, option.Help, OptionIndent);
            Wrap(text, $"Accepts: {option.Range}. Default: {option.Default}.", OptionIndent);
        }

        return text.Append("  --config FILE\n        JSON file with options.").ToString();
    }

    /// <summary>Writes the options as rows of a Markdown table.</summary>
    public static string WriteTable(IReadOnlyList<OptionDefinition> options)
    {
        var text = new StringBuilder("| option | default | accepts | what it does |\n|---|---|---|---|\n");
        foreach (var option in options)
        {
            if (!option.IsSecret)
            {
                text.Append($"| `{option.Switch}` | {option.Default} | {option.Range} | {option.Help} |\n");
            }
        }

        return text.ToString();
    }

    private static void WriteEntry(StringBuilder text, string name, string help)
    {
        text.Append("  ").Append(name);
        if (name.Length + 3 > CommandIndent)
        {
            text.Append('\n');
            Wrap(text, help, CommandIndent);
        }
        else
        {
            Wrap(text, help, CommandIndent, name.Length + 2);
        }
    }

    private static void Wrap(StringBuilder text, string paragraph, int indent, int column = 0)
    {
        text.Append(' ', indent - column);
        var width = indent;
        foreach (var word in paragraph.Split(' '))
        {
            if (width > indent && width + word.Length + 1 > WidthMax)
            {
                text.Append('\n').Append(' ', indent);
                width = indent;
            }

            if (width > indent)
            {
                text.Append(' ');
                width++;
            }

            text.Append(word);
            width += word.Length;
        }

        text.Append('\n');
    }
}
