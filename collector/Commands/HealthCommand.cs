using System.Net;
using NodeTelemetry.Collector.Options;

namespace NodeTelemetry.Collector.Commands;

/// <summary><c>health</c>: requests <c>/healthz</c> of the collector that runs with the same options.
/// An image without a shell needs it for its health check.</summary>
internal static class HealthCommand
{
    private const int Healthy = 0;
    private const int Unhealthy = 1;

    /// <summary>Longer than a busy board takes, shorter than the 10 s that orchestrators usually wait.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Runs the command.</summary>
    /// <returns>Exit code: 0 if the collector responds, otherwise 1.</returns>
    public static async Task<int> RunAsync(
        CollectorOptions.HttpOptions options, TextWriter output, TextWriter error)
    {
        var address = GetAddress(options);
        try
        {
            using var handler = new SocketsHttpHandler { UseProxy = false };
            if (options.Access.Certificate is not null)
            {
#pragma warning disable CA5359 // The certificate's name is not that of the loopback, and nothing secret is exchanged.
                handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
            }

            using var client = new HttpClient(handler) { Timeout = Timeout };
            using var response = await client.GetAsync(address);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                await output.WriteLineAsync("ok");
                return Healthy;
            }

            await error.WriteLineAsync(
                $"nodetelemetry-collector: health: {address} responded {(int)response.StatusCode}.");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            await error.WriteLineAsync(
                $"nodetelemetry-collector: health: {address} did not respond: {failure.Message}");
        }

        return Unhealthy;
    }

    /// <summary>Gets the address to request: a collector that listens on all addresses is reached by the loopback.
    /// </summary>
    internal static Uri GetAddress(CollectorOptions.HttpOptions options)
    {
        var host = options.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : options.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : options.Address;
        return new UriBuilder(options.Page) { Host = host.ToString(), Path = "/healthz" }.Uri;
    }
}
