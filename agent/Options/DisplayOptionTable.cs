using System.Globalization;
using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Agent.Options;

/// <summary>Declares the options of a display.</summary>
internal static class DisplayOptionTable
{
    /// <summary>In the order of <see cref="DisplayChoice"/>.</summary>
    private static readonly string[] Displays = ["auto", "none", "enviro", "sense-hat"];

    /// <summary>Adds the options.</summary>
    public static void Add(OptionTable<AgentOptions> table) => table
        .Choice("display", "auto", Displays,
            "HAT display that shows this node: the LCD of an Enviro, the LEDs of a Sense HAT.",
            static (options, index) => options.Display.Choice = (DisplayChoice)index)
        .Duration("display-page-time", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1),
            "Time for which each page is shown.", static (options, value) => options.Display.PageTime = value)
        .Text("display-dim-after", "DURATION", "2m", "1s to 1d, or none",
            "Time until it dims, or turns dark at night, after a hand, a key or an alert.", static (options, text) =>
            {
                var isDuration = DurationText.TryParse(text, out var time);
                options.Display.DimAfter = isDuration ? time : null;
                return text == OptionText.None || (isDuration && time.TotalSeconds >= 1 && time.TotalDays <= 1);
            })
        .Text("display-night", "HH:MM-HH:MM", OptionText.None, "two times of day, or none",
            "Hours of night, in addition to what the light sensor detects.", static (options, text) =>
            {
                options.Display.Night = TryParseNight(text, out var night) ? night : null;
                return text == OptionText.None || options.Display.Night is not null;
            });

    private static bool TryParseNight(string text, out (TimeOnly From, TimeOnly To) night)
    {
        night = default;
        if (text.Split('-') is not [var from, var to] || !TryParseTime(from, out var first)
            || !TryParseTime(to, out var last))
        {
            return false;
        }

        night = (first, last);
        return first != last;
    }

    private static bool TryParseTime(string text, out TimeOnly time)
    {
        time = default;
        if (text is not [_, _, ':', _, _] || !TryParseNumber(text.AsSpan(0, 2), 23, out var hour)
            || !TryParseNumber(text.AsSpan(3), 59, out var minute))
        {
            return false;
        }

        time = new TimeOnly(hour, minute);
        return true;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, int max, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= max;
}
