using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Agent.Options;

/// <summary>Parses when the node is expected back after a goodbye: <c>restart=10s,reboot=3m</c>.</summary>
internal static class BackAfterText
{
    /// <summary>The default as text: a start takes a second, an upgrade of a Pi on an SD card a minute,
    /// its boot a minute or two; all doubled for slow days. A plain stop has no known end.</summary>
    public const string Default = "restart=10s,upgrade=2m,reboot=3m";

    /// <summary>The accepted values, in words.</summary>
    public const string Range = "reasons of a goodbye, each with a duration to 24h or none";

    /// <summary>A longer absence is not an interruption.</summary>
    private static readonly TimeSpan DurationMax = TimeSpan.FromDays(1);

    private static readonly (string Name, StopReason Reason)[] Reasons =
    [
        ("stop", StopReason.Stop),
        ("restart", StopReason.Restart),
        ("upgrade", StopReason.Upgrade),
        ("reboot", StopReason.Reboot),
        ("poweroff", StopReason.Poweroff),
    ];

    /// <summary>Parses the option; reasons that are not given keep their default.</summary>
    public static Dictionary<StopReason, TimeSpan>? TryParse(IReadOnlyList<string> values)
    {
        var backAfter = new Dictionary<StopReason, TimeSpan>();
        foreach (var (reason, time) in AgentOptions.DefaultBackAfter)
        {
            backAfter.Add(reason, time);
        }

        foreach (var value in values)
        {
            var index = Array.FindIndex(
                Reasons, reason => value.StartsWith(reason.Name + "=", StringComparison.Ordinal));
            if (index < 0)
            {
                return null;
            }

            var (name, reason) = Reasons[index];
            var duration = value[(name.Length + 1)..];
            if (duration == OptionText.None)
            {
                backAfter.Remove(reason);
            }
            else if (DurationText.TryParse(duration, out var time) && time <= DurationMax)
            {
                backAfter[reason] = time;
            }
            else
            {
                return null;
            }
        }

        return backAfter;
    }
}
