using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NodeTelemetry.Hosting.Commands;

namespace NodeTelemetry.Agent.Commands;

/// <summary>The options of the command <c>render</c>.</summary>
/// <param name="Page">The page's name; <see langword="null"/> for all.</param>
/// <param name="Output">The file, or the directory for all; <see langword="null"/> for the current one.</param>
/// <param name="From">A file with a sample as <c>once</c> prints it; <see langword="null"/> to take one.</param>
/// <param name="Scale">Columns and rows per pixel; <see langword="null"/> for a readable size.</param>
internal sealed record RenderRequest(string? Page, string? Output, string? From, int? Scale)
{
    /// <summary>At this scale a matrix of eight pixels is as wide as a screen.</summary>
    public const int ScaleMax = 100;

    private const string AllPages = "all";

    /// <summary>Reads the options.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="request">The options.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryRead(
        CommandLine line,
        [NotNullWhen(true)] out RenderRequest? request,
        [NotNullWhen(false)] out string? problem)
    {
        request = null;
        problem = line.CommandProblem;
        if (problem is not null)
        {
            return false;
        }

        var page = line.GetCommandValue("--page");
        var text = line.GetCommandValue("--scale");
        var scale = 0;
        if (text is not null && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out scale)
            && scale is >= 1 and <= ScaleMax))
        {
            problem = $"--scale: \"{text}\" is not accepted; give 1 to {ScaleMax}.";
            return false;
        }

        request = new RenderRequest(
            page == AllPages ? null : page,
            line.GetCommandValue("--output"),
            line.GetCommandValue("--from"),
            text is null ? null : scale);
        return true;
    }
}
