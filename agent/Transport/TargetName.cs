using System.Globalization;
using System.Net;

namespace NodeTelemetry.Agent.Transport;

/// <summary>The textual form of a unicast target: <c>host:port</c>,
/// <c>192.0.2.1:6077</c> or <c>[2001:db8::1]:6077</c>.</summary>
internal sealed record TargetName(string Host, int Port)
{
    /// <summary>The longest name of RFC 1035.</summary>
    private const int HostCharactersMax = 253;

    /// <summary>Parses a target. The default port is <paramref name="defaultPort"/>.</summary>
    public static bool TryParse(string text, int defaultPort, out TargetName? target)
    {
        target = null;
        var host = text;
        var port = defaultPort;
        var colon = text.LastIndexOf(':');
        var isBareIPv6 = colon >= 0 && text.IndexOf(':', StringComparison.Ordinal) != colon && !text.StartsWith('[');
        if (colon >= 0 && !isBareIPv6 && !text.EndsWith(']'))
        {
            host = text[..colon];
            if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
            {
                return false;
            }
        }

        host = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        if (host.Length is 0 or > HostCharactersMax || port is < 1 or > IPEndPoint.MaxPort
            || Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            return false;
        }

        target = new TargetName(host, port);
        return true;
    }
}
