using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Protocol.Signing;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>Authenticates requests that change something and, if required, all others.</summary>
/// <remarks>
/// A browser adds the password to requests from any page to the collector.
/// So cross-site requests are refused by <c>Sec-Fetch-Site</c> and <c>Origin</c>,
/// and a body must be JSON, which a form of another page cannot send.
/// </remarks>
internal sealed partial class HttpAccess
{
    private static readonly TimeSpan LogWindow = TimeSpan.FromMinutes(1);

    private readonly HttpAccessSettings _settings;
    private readonly AlertMetrics _metrics;
    private readonly FailedLogins _failed;
    private readonly ILogger _logger;
    private readonly byte[]? _token;
    private readonly byte[]? _basic;
    private readonly Lock _lock = new();
    private readonly LogThrottle _throttle;

    /// <summary>Initializes a new instance of the <see cref="HttpAccess"/> class.</summary>
    public HttpAccess(
        HttpAccessSettings settings, AlertMetrics metrics, TimeProvider time, ILogger<HttpAccess> logger)
    {
        _settings = settings;
        _metrics = metrics;
        _failed = new FailedLogins(time);
        _logger = logger;
        _throttle = new LogThrottle(time, LogWindow);
        _token = settings.Token is { } token ? Hash(token) : null;
        _basic = settings.Password is { } password ? Hash($"{settings.User}:{password}") : null;
    }

    /// <summary>Responds 401, 403, 415 or 429 to a request that is not allowed.</summary>
    public Task FilterAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var isReading = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

        // The health of the process is not secret, and load balancers have no password.
        if (isReading && (!_settings.IsRequiredToRead || request.Path == "/healthz" || request.Path == "/readyz"))
        {
            return next(context);
        }

        if (!_settings.HasCredentials)
        {
            return RefuseAsync(
                context, StatusCodes.Status403Forbidden,
                "Nothing can be changed over HTTP, because this collector has neither a token nor a password. "
                + "Configure one with Http:TokenFile, or Http:User and Http:PasswordFile.");
        }

        // A request without credentials, as from a browser before it asks its user, is not a guess.
        var from = context.Connection.RemoteIpAddress;
        var hasCredentials = request.Headers.Authorization.Count > 0;
        if (hasCredentials && _failed.GetWait(from) is { Ticks: > 0 } wait)
        {
            var seconds = (int)Math.Ceiling(wait.TotalSeconds);
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return RefuseAsync(
                context, StatusCodes.Status429TooManyRequests,
                $"Too many wrong tokens or passwords from this address: wait {seconds} s.");
        }

        if (!IsAuthenticated(request))
        {
            if (hasCredentials)
            {
                _failed.Add(from);
                _metrics.LoginsFailed.Inc();
            }

            context.Response.Headers.WWWAuthenticate =
                _basic is null ? "Bearer" : "Basic realm=\"NodeTelemetry\", charset=\"UTF-8\"";
            return RefuseAsync(
                context, StatusCodes.Status401Unauthorized,
                "This requires the collector's token (Authorization: Bearer …) or its user and password.");
        }

        _failed.Reset(from);
        if (!isReading && IsCrossSite(request))
        {
            return RefuseAsync(
                context, StatusCodes.Status403Forbidden, "A page of another site may not change anything here.");
        }

        // A chunked body has no length.
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody
            ?? request.ContentLength != 0;
        if (hasBody && !request.HasJsonContentType())
        {
            return RefuseAsync(
                context, StatusCodes.Status415UnsupportedMediaType, "The body must be application/json.");
        }

        return next(context);
    }

    private static byte[] Hash(string secret) => Sha256.Hash(Encoding.UTF8.GetBytes(secret));

    private static bool IsCrossSite(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0 && site is not ("same-origin" or "none"))
        {
            return true;
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0
            && (!Uri.TryCreate(origin, UriKind.Absolute, out var address)
                || !address.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    private bool IsAuthenticated(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var given)
            || given.Parameter is not { } parameter)
        {
            return false;
        }

        // Hashes have equal length and are compared in constant time, so timing reveals nothing.
        if (given.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return _token is not null && CryptographicOperations.FixedTimeEquals(_token, Hash(parameter));
        }

        Span<byte> decoded = new byte[parameter.Length];
        return _basic is not null
            && given.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(parameter, decoded, out var length)
            && CryptographicOperations.FixedTimeEquals(_basic, Sha256.Hash(decoded[..length]));
    }

    private Task RefuseAsync(HttpContext context, int status, string reason)
    {
        _metrics.RequestsRefused.Inc();
        lock (_lock)
        {
            if (_throttle.TryPass(out var suppressed))
            {
                Log.Refused(
                    _logger, suppressed + 1, context.Request.Method, context.Connection.RemoteIpAddress, status);
            }
        }

        return DashboardEndpoints.WriteErrorAsync(context, status, reason);
    }
}
