using System.Text;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>Derives the names of sensors: short, readable, stable across restarts.</summary>
internal static class SensorNames
{
    /// <summary>The suffixes of thermal zone types after the name of the component.</summary>
    private static readonly string[] Suffixes = ["-thermal", "_thermal"];

    /// <summary>Reduces a text to lower-case letters, digits and <c>. - +</c>, with underscores for the rest.</summary>
    public static string Plain(string text)
    {
        var name = new StringBuilder(text.Length);
        foreach (var character in text.ToLowerInvariant())
        {
            var isKept = char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '+';
            if (isKept || (name.Length > 0 && name[^1] != '_'))
            {
                name.Append(isKept ? character : '_');
            }
        }

        return name.ToString().TrimEnd('_');
    }

    /// <summary>Gets the name of a component from its zone type: <c>cpu</c> for <c>cpu-thermal</c>.</summary>
    public static string FromZone(string type)
    {
        foreach (var suffix in Suffixes)
        {
            if (type.Length > suffix.Length && type.EndsWith(suffix, StringComparison.Ordinal))
            {
                return Plain(type[..^suffix.Length]);
            }
        }

        return Plain(type);
    }

    /// <summary>Gets the name of the hwmon chip that the kernel creates for a thermal zone.</summary>
    public static string FromZoneToHwmon(string type) => type.Replace('-', '_');

    /// <summary>Reserves a unique name, with a number appended if necessary.</summary>
    public static string Unused(string name, HashSet<string> used)
    {
        var candidate = name;
        for (var number = 2; !used.Add(candidate); number++)
        {
            candidate = $"{name}-{number}";
        }

        return candidate;
    }
}
