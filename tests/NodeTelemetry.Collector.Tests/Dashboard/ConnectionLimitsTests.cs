using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NodeTelemetry.Collector.Dashboard;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Dashboard;

/// <summary>A real server, and clients with different addresses of loopback.</summary>
public sealed class ConnectionLimitsTests
{
    private const string Hello = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_client_cannot_take_all_connections(bool isEncrypted)
    {
        var metrics = new CollectorMetrics();
        await using var server = await StartAsync(metrics, isEncrypted);
        var port = new Uri(server.Urls.First()).Port;
        var taken = new List<Stream>();
        for (var index = 0; index < ConnectionLimits.PerAddressMax; index++)
        {
            taken.Add(await ConnectAsync(port, "127.0.0.1", isEncrypted));
            Assert.StartsWith("HTTP/1.1 200", await AskAsync(taken[^1]), StringComparison.Ordinal);
        }

        await using var beyond = await ConnectAsync(port, "127.0.0.1", isEncrypted);
        var refusal = await AskAsync(beyond);
        Assert.StartsWith("HTTP/1.1 429 Too Many Requests", refusal, StringComparison.Ordinal);
        Assert.Contains("{\"error\":\"This address has 256 connections", refusal, StringComparison.Ordinal);
        Assert.Equal(1, metrics.ConnectionsRefused[HttpRefusal.Address].Value);

        await using var other = await ConnectAsync(port, "127.0.0.2", isEncrypted);
        Assert.StartsWith("HTTP/1.1 200", await AskAsync(other), StringComparison.Ordinal);

        await taken[0].DisposeAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                await using var again = await ConnectAsync(port, "127.0.0.1", isEncrypted);
                return (await AskAsync(again)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(30));
        taken.ForEach(static stream => stream.Dispose());
    }

    private static async Task<WebApplication> StartAsync(CollectorMetrics metrics, bool isEncrypted)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var limits = new ConnectionLimits(metrics, TimeProvider.System);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, 0, listen =>
        {
            listen.Use(limits.Count);
            if (isEncrypted)
            {
                listen.UseHttps(TestCertificate.Make());
            }

            listen.Use(limits.Respond);
        }));
        var server = builder.Build();
        server.Run(static context => context.Response.WriteAsync("ok"));
        await server.StartAsync();
        return server;
    }

    private static async Task<Stream> ConnectAsync(int port, string from, bool isEncrypted)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = new NetworkStream(client, ownsSocket: true);
        if (!isEncrypted)
        {
            return stream;
        }

        var secure = new SslStream(stream, false, static (_, certificate, _, _) => certificate!.Subject == "CN=localhost");
        await secure.AuthenticateAsClientAsync("localhost");
        return secure;
    }

    private static async Task<string> AskAsync(Stream stream)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Hello));
        var buffer = new byte[4096];
        var length = await stream.ReadAsync(buffer);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }
}
