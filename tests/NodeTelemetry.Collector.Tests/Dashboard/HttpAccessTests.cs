using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Dashboard;
using NodeTelemetry.Collector.Diagnostics;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Dashboard;

public sealed class HttpAccessTests
{
    /// <summary>A form of another page can send text, with or without a length, but not JSON.</summary>
    [Theory]
    [InlineData("POST", "{}", false, "text/plain", 415)]
    [InlineData("POST", "{}", true, "text/plain", 415)]
    [InlineData("POST", "{}", true, null, 415)]
    [InlineData("DELETE", "{}", true, "text/plain", 415)]
    [InlineData("POST", "{}", true, "application/json", 200)]
    [InlineData("POST", "{}", false, "application/json; charset=utf-8", 200)]
    [InlineData("POST", "", false, "text/plain", 200)]
    [InlineData("DELETE", null, false, null, 200)]
    public async Task A_body_must_be_JSON(string method, string? body, bool isChunked, string? type, int status)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var server = builder.Build();
        var access = new HttpAccess(
            new HttpAccessSettings { Token = "0123456789abcdef" }, new CollectorMetrics().Alerts, TimeProvider.System,
            NullLogger<HttpAccess>.Instance);
        server.Use((context, next) => access.FilterAsync(context, next));
        server.Run(static context => context.Response.WriteAsync("ok"));
        await server.StartAsync();

        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "0123456789abcdef");
        client.DefaultRequestHeaders.TransferEncodingChunked = isChunked;
        using var request = new HttpRequestMessage(new HttpMethod(method), server.Urls.First());
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        }

        using var response = await client.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
    }
}
