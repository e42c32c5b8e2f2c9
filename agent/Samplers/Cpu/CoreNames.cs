using System.Globalization;

namespace NodeTelemetry.Agent.Samplers.Cpu;

/// <summary>Names of the entries of <c>cores</c>: the core numbers, created once.</summary>
internal static class CoreNames
{
    private static string[] _names = [];

    /// <summary>Gets the name of a core.</summary>
    public static string Get(int number)
    {
        for (var next = _names.Length; next <= number; next++)
        {
            Array.Resize(ref _names, next + 1);
            _names[next] = next.ToString(CultureInfo.InvariantCulture);
        }

        return _names[number];
    }
}
