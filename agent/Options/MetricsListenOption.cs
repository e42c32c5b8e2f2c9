using System.Globalization;
using System.Net;

namespace NodeTelemetry.Agent.Options;

/// <summary>Reads where <c>/metrics</c> is served: <c>9102</c> on the loopback, <c>192.168.1.7:9102</c>,
/// <c>[::]:9102</c>.</summary>
internal static class MetricsListenOption
{
    /// <summary>What is accepted.</summary>
    public const string Range = "a port, for the loopback only, or an IP address and a port, or none";

    /// <summary>Applies the option.</summary>
    public static bool TrySet(AgentOptions options, IReadOnlyList<string> values)
    {
        if (values[0] == "none")
        {
            options.MetricsListen = null;
            return true;
        }

        if (int.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            var isPort = port is >= 1 and <= IPEndPoint.MaxPort;
            options.MetricsListen = isPort ? new IPEndPoint(IPAddress.Loopback, port) : null;
            return isPort;
        }

        // Without a dot or colon in front of the port the framework would read a number as an address.
        var isAddress = IPEndPoint.TryParse(values[0], out var address) && address.Port > 0;
        options.MetricsListen = address;
        return isAddress;
    }
}
