using System.Net;
using System.Net.Sockets;
using System.Text;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Exposition;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Exposition;

/// <summary>Real connections on the loopback; the test is the loop that waits.</summary>
public sealed class MetricsServerTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly AgentMetrics _metrics = new();
    private readonly RecordingLogger _logger = new();
    private readonly MetricsServer _server;
    private string _page = "a 1\n";

    public MetricsServerTests() => _server = new MetricsServer(
        new IPEndPoint(IPAddress.Loopback, 0), MakePage, _time, _metrics, _logger);

    public void Dispose() => _server.Dispose();

    [Fact]
    public void A_scrape_gets_the_page_in_the_format_it_accepts()
    {
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: 11\r\n"
            + "Connection: close\r\n\r\na 1\n False\n",
            Ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"));
        Assert.Contains(
            "Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\nContent-Length: 10\r\n",
            Ask("GET /metrics?a=b HTTP/1.1\r\naccept: text/plain;q=0.1, Application/OpenMetrics-Text;version=1.0.0\r\n\r\n"),
            StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", Ask("HEAD /metrics HTTP/1.0\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal((3, 0), (_metrics.Scrapes, _metrics.ScrapesRefused));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "404 Not Found")]
    [InlineData("GET /metrics/ HTTP/1.1\r\n\r\n", "404 Not Found")]
    [InlineData("POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "405 Method Not Allowed")]
    [InlineData("GET metrics HTTP/1.1\r\n\r\n", "400 Bad Request")]
    [InlineData("GET /metrics\r\n\r\n", "400 Bad Request")]
    [InlineData("\x16\x03\x01\r\n\r\n", "400 Bad Request")]
    public void Anything_else_gets_the_reason(string request, string status)
    {
        Assert.StartsWith($"HTTP/1.1 {status}\r\n", Ask(request), StringComparison.Ordinal);
        Assert.Equal((0, 1), (_metrics.Scrapes, _metrics.ScrapesRefused));
    }

    [Fact]
    public void A_request_without_end_is_refused_at_the_limit() =>
        Assert.StartsWith(
            "HTTP/1.1 431 ", Ask(new string('x', MetricsConnection.RequestBytesMax + 100)), StringComparison.Ordinal);

    [Fact]
    public void A_request_in_pieces_is_one_request()
    {
        using var client = Connect();
        foreach (var piece in (string[])["GET /met", "rics HTTP/1.1\r\n", "\r\n"])
        {
            client.Send(Encoding.ASCII.GetBytes(piece));
            Serve();
        }

        Assert.StartsWith("HTTP/1.1 200 ", ReadAll(client), StringComparison.Ordinal);
    }

    [Fact]
    public void A_slow_client_gets_everything_and_delays_no_other()
    {
        _page = new string('a', 4_000_000);
        using var slow = Connect();
        slow.Send("GET /metrics HTTP/1.1\r\n\r\n"u8);
        Serve();

        Assert.Contains(" 200 OK", Ask("HEAD /metrics HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        Assert.True(ReadAll(slow).Length > _page.Length);
    }

    [Fact]
    public void Too_many_connections_wait_and_those_that_say_nothing_are_dropped()
    {
        var clients = Enumerable.Range(0, MetricsServer.ConnectionCountMax + 1).Select(_ => Connect()).ToList();
        for (var index = 0; index < MetricsServer.ConnectionCountMax; index++)
        {
            Serve();
        }

        var timeout = TimeSpan.FromHours(1);
        var descriptors = new PollDescriptor[MetricsServer.SocketCountMax];
        Assert.Equal(MetricsServer.ConnectionCountMax, _server.ListSockets(descriptors, ref timeout));
        Assert.Equal(MetricsConnection.TimeMax, timeout);

        _time.Advance(MetricsConnection.TimeMax);
        clients[^1].Send("GET /metrics HTTP/1.1\r\n\r\n"u8);
        Assert.StartsWith("HTTP/1.1 200 ", ReadAll(clients[^1]), StringComparison.Ordinal);
        Assert.Equal(MetricsServer.ConnectionCountMax, _metrics.ScrapesRefused);
        clients.ForEach(static client => client.Dispose());
    }

    [Fact]
    public void An_address_in_use_is_logged_and_tried_again()
    {
        var none = TimeSpan.Zero;
        _server.ListSockets(new PollDescriptor[MetricsServer.SocketCountMax], ref none);
        using var second = new MetricsServer((IPEndPoint)_server.Listening!, MakePage, _time, _metrics, _logger);

        Assert.Equal(0, second.ListSockets(new PollDescriptor[MetricsServer.SocketCountMax], ref none));
        Assert.Contains(_logger.Lines, static line => line.StartsWith("Error 1402 ", StringComparison.Ordinal));
        _server.Dispose();
        Assert.Equal(0, second.ListSockets(new PollDescriptor[MetricsServer.SocketCountMax], ref none));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, second.ListSockets(new PollDescriptor[MetricsServer.SocketCountMax], ref none));
    }

    [Fact]
    public void A_client_that_keeps_sending_after_the_response_is_drained_in_small_steps()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        var socket = listener.Accept();
        using var connection = new MetricsConnection(socket, MakePage, _time, _metrics);
        byte[] poured = [.. "GET /metrics HTTP/1.1\r\n\r\n"u8, .. new byte[20 * MetricsConnection.RequestBytesMax]];
        client.Send(poured);
        Assert.True(SpinWait.SpinUntil(() => socket.Available == poured.Length, TimeSpan.FromSeconds(20)));
        socket.Blocking = false;

        Assert.False(connection.Continue());
        Assert.True(socket.Available > 0);
        client.Shutdown(SocketShutdown.Send);
        Assert.True(SpinWait.SpinUntil(connection.Continue, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void After_a_connection_could_not_be_accepted_the_listener_rests()
    {
        using var client = Connect();
        client.Send("GET /metrics HTTP/1.1\r\n\r\n"u8);
        client.Shutdown(SocketShutdown.Send);
        var descriptors = new PollDescriptor[MetricsServer.SocketCountMax];
        var timeout = TimeSpan.FromHours(1);
        Assert.Equal(1, _server.ListSockets(descriptors, ref timeout));
        Assert.Equal(1, PollDescriptor.Wait(descriptors.AsSpan(0, 1), TimeSpan.FromSeconds(20)));
        _server.Serve(descriptors.AsSpan(0, 1));
        Assert.Equal(TimeSpan.FromHours(1), timeout);

        // The client is gone, so accept fails.
        _server.Serve(descriptors.AsSpan(0, 1));
        Assert.Equal(1, _metrics.ScrapesRefused);
        Assert.Equal(0, _server.ListSockets(descriptors, ref timeout));
        Assert.Equal(TimeSpan.FromSeconds(1), timeout);
        _time.Advance(timeout);
        Assert.Equal(1, _server.ListSockets(descriptors, ref timeout));
        Assert.StartsWith("HTTP/1.1 200 ", Ask("GET /metrics HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
    }

    private ReadOnlyMemory<byte> MakePage(bool isOpenMetrics) => Encoding.UTF8.GetBytes($"{_page} {isOpenMetrics}\n");

    private Socket Connect()
    {
        var none = TimeSpan.Zero;
        _server.ListSockets(new PollDescriptor[MetricsServer.SocketCountMax], ref none);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
        client.Connect(_server.Listening!);
        return client;
    }

    private string Ask(string request)
    {
        using var client = Connect();
        client.Send(Encoding.Latin1.GetBytes(request));
        return ReadAll(client);
    }

    /// <summary>Reads to the end while the server is served.</summary>
    private string ReadAll(Socket client)
    {
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        client.Blocking = false;
        while (true)
        {
            Serve();
            var length = client.Receive(buffer, SocketFlags.None, out var error);
            if (error == SocketError.Success && length == 0)
            {
                return text.ToString();
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, length));
        }
    }

    private void Serve()
    {
        var descriptors = new PollDescriptor[MetricsServer.SocketCountMax];
        var timeout = TimeSpan.FromSeconds(20);
        var count = _server.ListSockets(descriptors, ref timeout);
        PollDescriptor.Wait(descriptors.AsSpan(0, count), TimeSpan.FromMilliseconds(20));
        _server.Serve(descriptors.AsSpan(0, count));
    }
}
