using System.Net;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>
/// Refuses requests for other host names. Any page can make its own name point to 127.0.0.1 (DNS rebinding),
/// and could then read the cluster through the browser of its visitor.
/// </summary>
/// <param name="address">The address that is listened on.</param>
/// <param name="names">Further accepted names; without any, all are accepted unless the address is loopback.</param>
internal sealed class AllowedHosts(IPAddress address, IReadOnlyList<string> names)
{
    private readonly bool _isOpen = names.Count == 0 && !IPAddress.IsLoopback(address);

    /// <summary>Responds 421 to a request for a host that is not accepted.</summary>
    public Task FilterAsync(HttpContext context, RequestDelegate next)
    {
        // An IP address cannot be rebound.
        var host = context.Request.Host.Host;
        if (_isOpen
            || IPAddress.TryParse(host, out _)
            || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || names.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return context.Response.WriteAsync(
            "This collector does not accept that host name. Add the name with --http-hosts (Http:Hosts).\n");
    }
}
