using NodeTelemetry.Agent.Hosting;

namespace NodeTelemetry.Agent.Options;

/// <summary>Reads and shows when the node is expected again after a goodbye: <c>restart=10s,reboot=3m</c>.</summary>
internal static class BackAfterOption
{
    /// <summary>The longest promise: what takes longer is no interruption.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Gets the default: a start takes a second, an upgrade of a Pi on an SD card a minute, its boot a minute
    /// or two; then the same again for bad days. After a stop nobody knows.</summary>
    public static IReadOnlyDictionary<StopReason, TimeSpan> Default { get; } = new Dictionary<StopReason, TimeSpan>
    {
        [StopReason.Restart] = TimeSpan.FromSeconds(10),
        [StopReason.Upgrade] = TimeSpan.FromMinutes(2),
        [StopReason.Reboot] = TimeSpan.FromMinutes(3),
    };

    /// <summary>Gets the default as it is shown.</summary>
    public const string DefaultText = "restart=10s,upgrade=2m,reboot=3m";

    /// <summary>Gets what is accepted.</summary>
    public const string Range = "reasons of a goodbye, each with a duration to 24h or none";

    /// <summary>Applies the option; reasons that are not named keep their default.</summary>
    public static bool TrySet(AgentOptions options, IReadOnlyList<string> values)
    {
        var backAfter = new Dictionary<StopReason, TimeSpan>(Default);
        foreach (var value in values)
        {
            var parts = value.Split('=');
            if (parts.Length != 2 || !TryReadReason(parts[0], out var reason))
            {
                return false;
            }

            if (parts[1] == "none")
            {
                backAfter.Remove(reason);
            }
            else if (DurationText.TryParse(parts[1], out var duration) && duration <= Longest)
            {
                backAfter[reason] = duration;
            }
            else
            {
                return false;
            }
        }

        options.BackAfter = backAfter;
        return true;
    }

    private static bool TryReadReason(string text, out StopReason reason)
    {
        StopReason? found = text switch
        {
            "stop" => StopReason.Stop,
            "restart" => StopReason.Restart,
            "upgrade" => StopReason.Upgrade,
            "reboot" => StopReason.Reboot,
            "poweroff" => StopReason.Poweroff,
            _ => null,
        };
        reason = found ?? default;
        return found is not null;
    }
}
