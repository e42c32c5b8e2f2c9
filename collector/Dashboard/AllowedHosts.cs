using System.Net;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>
/// Refuses requests for another host than this one. A page from anywhere can make its own name point to 127.0.0.1 (DNS
/// rebinding), and would then read the cluster through the browser of its visitor.
/// </summary>
/// <param name="address">The address that is listened on.</param>
/// <param name="names">Names that are accepted besides; with none, on another address than loopback, all are.</param>
internal sealed class AllowedHosts(IPAddress address, IReadOnlyList<string> names)
{
    private readonly bool _isOpen = names.Count == 0 && !IPAddress.IsLoopback(address);

    /// <summary>Answers 421 to a request for a host that is not accepted.</summary>
    public Task FilterAsync(HttpContext context, RequestDelegate next)
    {
        // An address instead of a name cannot be made to point elsewhere.
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
            "This collector does not answer to that name. Add the name with --http-hosts (Http:Hosts).\n");
    }
}
