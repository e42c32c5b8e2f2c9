using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using NodeTelemetry.Collector.Dashboard;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Options;

namespace NodeTelemetry.Collector.Run;

/// <summary>Configures the HTTP server.</summary>
internal static class HttpSetup
{
    /// <summary>
    /// Maximum bytes of a request: many times a silence, so that one that is too long gets an error response
    /// instead of a closed connection.
    /// </summary>
    private const int RequestBytesMax = 256 * 1024;

    /// <summary>Creates the server. It does not listen yet.</summary>
    public static WebApplication BuildWeb(
        CollectorOptions.HttpOptions options, CollectorMetrics metrics, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

        // This program logs a port in use in one sentence; the framework's stack trace adds nothing.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);

        // systemd's journal adds the time and understands the level.
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is null)
        {
            builder.Logging.AddSimpleConsole(static console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
            });
        }
        else
        {
            builder.Logging.AddSystemdConsole();
        }

        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBytesMax;
            var limits = new ConnectionLimits(metrics, time);
            kestrel.Limits.MaxConcurrentConnections = ConnectionLimits.CountMax + ConnectionLimits.RefusingMax;
            kestrel.Listen(options.Address, options.Port, listen =>
            {
                listen.Use(limits.Count);
                UseTls(listen, options.Access);
                listen.Use(limits.Respond);
            });
        });
        return builder.Build();
    }

    /// <summary>Enables TLS on a port if there is a certificate.</summary>
    public static void UseTls(ListenOptions listen, HttpAccessSettings access)
    {
        if (access.Certificate is { } certificate)
        {
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(certificate.Options),
            });
        }
    }

    /// <summary>Reloads the certificate when its files change.</summary>
    public static IDisposable? Watch(HttpAccessSettings access, TimeProvider time, ILogger logger) =>
        access.Certificate is not { } certificate
            ? null
            : time.CreateTimer(
                _ => certificate.ReloadIfChanged(logger), null, HttpCertificate.CheckPeriod,
                HttpCertificate.CheckPeriod);
}
