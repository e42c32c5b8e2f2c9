using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using NodeTelemetry.Collector.Dashboard;

namespace NodeTelemetry.Collector.Run;

/// <summary>Configures TLS.</summary>
internal static class HttpSetup
{
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
