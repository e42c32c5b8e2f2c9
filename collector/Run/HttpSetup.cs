using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using NodeTelemetry.Collector.Dashboard;

namespace NodeTelemetry.Collector.Run;

/// <summary>Puts https together.</summary>
internal static class HttpSetup
{
    /// <summary>Makes a port speak TLS, if there is a certificate.</summary>
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

    /// <summary>Reads the certificate again whenever its files change.</summary>
    public static IDisposable? Watch(HttpAccessSettings access, TimeProvider time, ILogger logger) =>
        access.Certificate is not { } certificate
            ? null
            : time.CreateTimer(
                _ => certificate.ReloadIfChanged(logger), null, HttpCertificate.CheckPeriod,
                HttpCertificate.CheckPeriod);
}
