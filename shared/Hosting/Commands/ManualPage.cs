using System.Text;
using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Hosting.Commands;

/// <summary>Writes the manual page of a program.</summary>
/// <remarks>Source: man(7).
/// A full stop or an apostrophe at the start of a line, a backslash, and a hyphen that users copy need an escape.
/// </remarks>
public static class ManualPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="program">The program.</param>
    /// <param name="version">Its version.</param>
    public static string Write(ProgramDescription program, string version)
    {
        var text = new StringBuilder(
            $".TH {program.Name.ToUpperInvariant()} 1 \"\" \"NodeTelemetry {version}\" \"User Commands\"\n");
        text.Append($".SH NAME\n{program.Name} \\- {Escape(program.Summary.TrimEnd('.'))}\n");
        text.Append($".SH SYNOPSIS\n.B {Escape(program.Name)}\n[\\fICOMMAND\\fR] [\\fIoptions\\fR]\n");
        text.Append(".SH COMMANDS\n");
        foreach (var command in program.Commands)
        {
            WriteEntry(text, command.Name, command.Arguments, command.Help);
            if (command.Options.Count > 0)
            {
                text.Append(".RS\n");
                foreach (var option in command.Options)
                {
                    WriteEntry(text, option.Switch, option.Argument, option.Help);
                }

                text.Append(".RE\n");
            }
        }

        text.Append(".SH CONFIGURATION\n");
        foreach (var paragraph in program.Sources.Split('\n'))
        {
            text.Append($".PP\n{Escape(paragraph)}\n");
        }

        text.Append(".SH OPTIONS\n");
        foreach (var (name, help) in ProgramDescription.Switches)
        {
            WriteEntry(text, name, string.Empty, help + ".");
        }

        WriteEntry(text, "--config", "FILE", "JSON file with options.");
        foreach (var option in program.ShownOptions)
        {
            WriteOption(text, option);
        }

        text.Append(".SH EXIT STATUS\n");
        WriteEntry(text, "0", string.Empty, "Success, or stopped on request.");
        WriteEntry(text, "64", string.Empty, "A command is used wrongly.");
        WriteEntry(text, "78", string.Empty, "The configuration is invalid.");
        WriteEntry(text, "other", string.Empty, "A failure, which the program reports.");
        return text.ToString().TrimEnd('\n');
    }

    private static void WriteOption(StringBuilder text, OptionDefinition option)
    {
        WriteEntry(text, option.Switch, option.Argument, option.Help);
        text.Append(".br\n")
            .Append(Escape($"Accepts: {option.Range}. Default: {option.Default}."))
            .Append('\n');
    }

    private static void WriteEntry(StringBuilder text, string name, string argument, string help)
    {
        text.Append(".TP\n\\fB").Append(Escape(name)).Append("\\fR");
        if (argument.Length > 0)
        {
            text.Append(" \\fI").Append(Escape(argument)).Append("\\fR");
        }

        text.Append('\n').Append(Escape(help)).Append('\n');
    }

    private static string Escape(string text)
    {
        var escaped = text.Replace("\\", "\\e", StringComparison.Ordinal)
            .Replace("-", "\\-", StringComparison.Ordinal)
            .Replace("…", "...", StringComparison.Ordinal);
        return escaped.Length > 0 && escaped[0] is '.' or '\'' ? "\\&" + escaped : escaped;
    }
}
