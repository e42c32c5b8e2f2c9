using System.Globalization;

namespace NodeTelemetry.Agent.Options;

/// <summary>Sets the options of signing and repair.</summary>
internal static class TransportSetters
{
    /// <summary>Less holds a dozen datagrams, which repairs nothing.</summary>
    private const int RingBytesMin = 16 * 1024;

    /// <summary>A day at an interval of 2 s; a node that needs more has a disk.</summary>
    private const int RingBytesMax = 64 * 1024 * 1024;

    /// <summary>Sets <see cref="AgentOptions.KeyFile"/>.</summary>
    public static bool SetKeyFile(AgentOptions options, IReadOnlyList<string> values)
    {
        options.KeyFile = values[0] == "none" ? null : values[0];
        return options.KeyFile is null
            || (Path.IsPathFullyQualified(values[0]) && !values[0].Contains('\0', StringComparison.Ordinal));
    }

    /// <summary>Sets <see cref="AgentOptions.RingBytes"/>.</summary>
    public static bool SetRingBytes(AgentOptions options, IReadOnlyList<string> values)
    {
        var isNumber = int.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes);
        options.RingBytes = bytes;
        return isNumber && bytes is 0 or (>= RingBytesMin and <= RingBytesMax);
    }
}
