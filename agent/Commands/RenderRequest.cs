using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace NodeTelemetry.Agent.Commands;

/// <summary>What the command <c>render</c> is asked for besides options.</summary>
/// <param name="Page">The page's name; <see langword="null"/> for all.</param>
/// <param name="Output">The file, or the folder for all; <see langword="null"/> for the present one.</param>
/// <param name="From">A file with a sample as <c>once</c> prints it; <see langword="null"/> to take one.</param>
/// <param name="Scale">How many columns and rows each pixel becomes; <see langword="null"/> for what one sees well.
/// </param>
internal sealed record RenderRequest(string? Page, string? Output, string? From, int? Scale)
{
    /// <summary>A matrix of eight then is as wide as a screen.</summary>
    public const int ScaleMax = 100;

    private const string AllPages = "all";

    /// <summary>Takes what concerns the command out of the arguments.</summary>
    /// <param name="arguments">The arguments; options stay.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryTake(
        List<string> arguments,
        [NotNullWhen(true)] out RenderRequest? request,
        [NotNullWhen(false)] out string? problem)
    {
        request = null;
        if (!TryTake(arguments, "--page", out var page, out problem)
            || !TryTake(arguments, "--output", out var output, out problem)
            || !TryTake(arguments, "--from", out var from, out problem)
            || !TryTake(arguments, "--scale", out var text, out problem))
        {
            return false;
        }

        var scale = 0;
        if (text is not null && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out scale)
            && scale is >= 1 and <= ScaleMax))
        {
            problem = $"--scale: \"{text}\" is no number from 1 to {ScaleMax}.";
            return false;
        }

        request = new RenderRequest(page == AllPages ? null : page, output, from, text is null ? null : scale);
        return true;
    }

    private static bool TryTake(
        List<string> arguments, string name, out string? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = "";
        for (var index = 0; index < arguments.Count; index++)
        {
            if (arguments[index].StartsWith(name + "=", StringComparison.Ordinal))
            {
                value = arguments[index][(name.Length + 1)..];
                arguments.RemoveAt(index--);
            }
            else if (arguments[index] == name)
            {
                if (index + 1 == arguments.Count)
                {
                    problem = $"{name}: needs a value, but nothing follows it.";
                    return false;
                }

                value = arguments[index + 1];
                arguments.RemoveRange(index--, 2);
            }
        }

        return true;
    }
}
