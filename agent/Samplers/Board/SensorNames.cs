using System.Text;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>Makes the names that sensors are sent under: short, readable, the same after each start.</summary>
internal static class SensorNames
{
    /// <summary>What thermal zones are called after the part that they are in.</summary>
    private static readonly string[] Suffixes = ["-thermal", "_thermal"];

    /// <summary>Makes a name of lower-case letters, digits and a few signs.</summary>
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

    /// <summary>Makes the name of a part of a board from that of its zone: <c>cpu-thermal</c> is the
    /// <c>cpu</c>.</summary>
    public static string OfZone(string type)
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

    /// <summary>Gets what the kernel calls the hardware monitor that it makes of a thermal zone.</summary>
    public static string MonitorOfZone(string type) => type.Replace('-', '_');

    /// <summary>Makes a name that is not used yet, and uses it.</summary>
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
