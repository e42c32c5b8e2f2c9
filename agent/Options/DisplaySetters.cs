using System.Globalization;
using NodeTelemetry.Agent.Displays;

namespace NodeTelemetry.Agent.Options;

/// <summary>The options of a display.</summary>
internal static class DisplaySetters
{
    private const string None = "none";

    /// <summary>Gets the options, in the order in which they are shown.</summary>
    public static IReadOnlyList<OptionDefinition> All { get; } =
    [
        new("display", "NAME", "auto", "auto, none, enviro or sense-hat",
            "Display of a HAT that shows this node: the LCD of an Enviro, the LEDs of a Sense HAT", false, SetChoice),
        new("display-page-time", "DURATION", "10s", "1s to 1h", "How long each of its pages is shown", false,
            SetPageTime),
        new("display-dim-after", "DURATION", "2m", "1s to 24h, or none",
            "When it becomes dim, or dark at night, after a hand before it, a key or an alert", false, SetDimAfter),
        new("display-night", "HH:MM-HH:MM", None, "two times of the day, or none",
            "When it is night for it, besides when the light sensor says so", false, SetNight),
    ];

    private static bool SetChoice(AgentOptions options, IReadOnlyList<string> values)
    {
        DisplayChoice? choice = values[0] switch
        {
            "auto" => DisplayChoice.Auto,
            None => DisplayChoice.None,
            "enviro" => DisplayChoice.Enviro,
            "sense-hat" => DisplayChoice.SenseHat,
            _ => null,
        };
        options.Display.Choice = choice ?? options.Display.Choice;
        return choice is not null;
    }

    private static bool SetPageTime(AgentOptions options, IReadOnlyList<string> values)
    {
        var isDuration = DurationText.TryParse(values[0], out var time);
        options.Display.PageTime = time;
        return isDuration && time.TotalSeconds is >= 1 and <= 3600;
    }

    private static bool SetDimAfter(AgentOptions options, IReadOnlyList<string> values)
    {
        options.Display.DimAfter = null;
        if (values[0] == None)
        {
            return true;
        }

        var isDuration = DurationText.TryParse(values[0], out var time);
        options.Display.DimAfter = time;
        return isDuration && time.TotalSeconds >= 1 && time.TotalHours <= 24;
    }

    private static bool SetNight(AgentOptions options, IReadOnlyList<string> values)
    {
        options.Display.Night = null;
        if (values[0] == None)
        {
            return true;
        }

        if (values[0].Split('-') is not [var from, var to] || !TryReadTime(from, out var first)
            || !TryReadTime(to, out var last))
        {
            return false;
        }

        options.Display.Night = (first, last);
        return first != last;
    }

    private static bool TryReadTime(string text, out TimeOnly time)
    {
        time = default;
        if (text is not [_, _, ':', _, _] || !TryReadNumber(text.AsSpan(0, 2), 23, out var hour)
            || !TryReadNumber(text.AsSpan(3), 59, out var minute))
        {
            return false;
        }

        time = new TimeOnly(hour, minute);
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<char> text, int max, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= max;
}
