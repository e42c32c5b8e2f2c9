using System.Net;
using System.Net.Sockets;
using System.Text;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Export.Http;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.TestKit;
using Polly.CircuitBreaker;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export.Http;

/// <summary>Certificates, credentials, hosts and requests at once, through the whole exporter.</summary>
public class OpenSearchConnectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Untrusted_certificate_holds_the_export_and_a_trusted_one_is_accepted_without_a_restart()
    {
        using var folder = new TempFolder();
        using var authority = new TestAuthority();
        using var other = new TestAuthority();
        other.Write(folder["ca.pem"]);
        await using var server = await FakeOpenSearch.StartAsync(authority: authority);
        await using var bench = new ExportBench(
            [server.Address], settings => settings with { CaFile = folder["ca.pem"] });
        bench.Append(10);
        bench.Exporter.Start();
        await bench.UntilAsync(() => bench.Exporter.Status.Health == ExportHealth.Held, "held");
        Assert.Contains("not trusted", bench.Exporter.Status.Problem, StringComparison.Ordinal);
        Assert.Contains("OpenSearch:CaFile", bench.Exporter.Status.Problem, StringComparison.Ordinal);

        authority.Write(folder["ca.pem"]);
        await bench.UntilDrainedAsync();
        Assert.Equal(10, server.Count);
    }

    [Fact]
    public async Task Certificate_for_another_name_is_refused()
    {
        using var folder = new TempFolder();
        using var authority = new TestAuthority();
        authority.Write(folder["ca.pem"]);
        await using var server = await FakeOpenSearch.StartAsync(authority: authority);
        var byAddress = new UriBuilder(server.Address) { Host = "127.0.0.1" }.Uri;
        await using var bench = new ExportBench([byAddress], settings => settings with { CaFile = folder["ca.pem"] });
        bench.Append(1);
        bench.Exporter.Start();
        await bench.UntilAsync(() => bench.Exporter.Status.Health == ExportHealth.Held, "held");
        Assert.Contains("not trusted", bench.Exporter.Status.Problem, StringComparison.Ordinal);
        Assert.Equal(0, server.Count);
    }

    [Fact]
    public async Task Client_certificate_is_presented_and_read_again_when_it_changes()
    {
        using var folder = new TempFolder();
        using var authority = new TestAuthority();
        using var other = new TestAuthority();
        authority.Write(folder["ca.pem"]);
        other.WriteIssued("collector", folder["client.pem"], folder["client.key"]);
        await using var server = await FakeOpenSearch.StartAsync(authority: authority, clientAuthority: authority);
        await using var bench = new ExportBench([server.Address], settings => settings with
        {
            CaFile = folder["ca.pem"],
            ClientCertificateFile = folder["client.pem"],
            ClientKeyFile = folder["client.key"],
        });
        bench.Append(10);
        bench.Exporter.Start();
        await bench.UntilAsync(() => bench.Exporter.Status.Health != ExportHealth.Ok, "refused");
        Assert.Equal(0, server.Count);

        authority.WriteIssued("collector", folder["client.pem"], folder["client.key"]);
        await bench.UntilDrainedAsync();
        Assert.Equal(10, server.Count);
    }

    [Theory]
    [InlineData("nothing at all")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task File_that_is_not_a_certificate_is_named(string content)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["ca.pem"], content, Token);
        await using var server = await FakeOpenSearch.StartAsync();
        await using var bench = new ExportBench(
            [server.Address], settings => settings with { CaFile = folder["ca.pem"] });
        bench.Append(1);
        bench.Exporter.Start();
        await bench.UntilAsync(() => bench.Exporter.Status.Health == ExportHealth.Held, "held");
        Assert.Contains(folder["ca.pem"], bench.Exporter.Status.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("ApiKey")]
    public async Task Token_is_sent_and_read_again_when_it_changes(string scheme)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["token"], "first\n", Token);
        await using var server = await FakeOpenSearch.StartAsync();
        server.Authorization = $"{scheme} first";
        await using var bench = new ExportBench(
            [server.Address], settings => settings with { TokenFile = folder["token"], TokenScheme = scheme });
        bench.Exporter.Start();
        bench.Append(10);
        await bench.UntilDrainedAsync();

        // Noticed by the file, before anything is refused.
        await File.WriteAllTextAsync(folder["token"], "second\n", Token);
        server.Authorization = $"{scheme} second";
        bench.Append(10);
        await bench.UntilDrainedAsync();
        Assert.Equal(20, server.Count);
        Assert.Equal(0, bench.Metrics.Export.RequestsFailed.Total);
    }

    [Fact]
    public async Task Missing_password_file_holds_the_export_and_is_named()
    {
        using var folder = new TempFolder();
        await using var server = await FakeOpenSearch.StartAsync();
        server.Authorization = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("writer:right"))}";
        await using var bench = new ExportBench(
            [server.Address], settings => settings with { User = "writer", PasswordFile = folder["password"] });
        bench.Append(10);
        bench.Exporter.Start();
        await bench.UntilAsync(() => bench.Exporter.Status.Health == ExportHealth.Held, "held");
        Assert.Contains(folder["password"], bench.Exporter.Status.Problem, StringComparison.Ordinal);

        await File.WriteAllTextAsync(folder["password"], "right", Token);
        await bench.UntilDrainedAsync();
        Assert.Equal(10, server.Count);
    }

    [Theory]
    [InlineData(BulkFault.Unavailable)]
    [InlineData(BulkFault.BadGateway)]
    [InlineData(BulkFault.ResetBefore)]
    public async Task Next_host_is_asked_at_once_when_one_is_unwell(BulkFault fault)
    {
        await using var unwell = await FakeOpenSearch.StartAsync();
        await using var server = await FakeOpenSearch.StartAsync();
        unwell.Always = fault;
        await using var bench = new ExportBench([unwell.Address, server.Address]);
        bench.Append(100);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();
        Assert.Equal(100, server.Count);
        Assert.Equal(0, bench.Metrics.Export.RequestsFailed.Total);
    }

    // One of the addresses is that of a router, a proxy or another program.
    [Theory]
    [InlineData(200, "<html>Log in</html>")]
    [InlineData(200, "")]
    [InlineData(302, "")]
    [InlineData(400, "<html>sent to the wrong port</html>")]
    [InlineData(404, "<html>nothing here</html>")]
    [InlineData(405, "Method Not Allowed")]
    [InlineData(408, """{"error":"too slow"}""")]
    [InlineData(500, """{"error":{"type":"null_pointer_exception"},"status":500}""")]
    [InlineData(501, "<html>not here</html>")]
    public async Task Next_host_is_asked_at_once_when_one_does_not_look_at_the_request(int status, string page)
    {
        await using var other = await FakeOpenSearch.StartAsync();
        await using var server = await FakeOpenSearch.StartAsync();
        (other.PageStatus, other.Page) = (status, page);
        await using var bench = new ExportBench([other.Address, server.Address]);
        bench.Append(100);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();
        Assert.Equal(100, server.Count);
        Assert.Equal(0, bench.Metrics.Export.RequestsFailed.Total);
    }

    // Wrong credentials are not tried at every host, and a throttled client does not turn to the next host at once.
    [Theory]
    [InlineData(BulkFault.Unauthorized)]
    [InlineData(BulkFault.ReadOnly)]
    [InlineData(BulkFault.Rejected)]
    [InlineData(BulkFault.Truncated)]
    public async Task Next_host_is_asked_after_the_pause_when_one_refuses(BulkFault fault)
    {
        await using var refusing = await FakeOpenSearch.StartAsync();
        await using var server = await FakeOpenSearch.StartAsync();
        refusing.Always = fault;
        await using var bench = new ExportBench([refusing.Address, server.Address]);
        bench.Append(100);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();
        Assert.Equal(100, server.Count);
        Assert.Equal(1, bench.Metrics.Export.RequestsFailed.Total);
        Assert.Equal(1, refusing.Bulks);
    }

    // The page is JSON, so that it could be a response: a gateway, or the API of another program.
    [Theory]
    [InlineData(404, """{"message":"no Route matched with those values"}""")]
    [InlineData(200, """{"status":"ok"}""")]
    public async Task Next_host_is_used_when_one_responds_like_another_program(int status, string page)
    {
        await using var other = await FakeOpenSearch.StartAsync();
        await using var server = await FakeOpenSearch.StartAsync();
        (other.PageStatus, other.Page) = (status, page);
        await using var bench = new ExportBench([other.Address, server.Address]);
        bench.Append(100);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();
        Assert.Equal(100, server.Count);
    }

    // On a slow machine the other host may also exceed this short timeout, and is retried.
    [Fact]
    public async Task Next_host_is_used_when_one_does_not_respond()
    {
        await using var silent = await FakeOpenSearch.StartAsync();
        await using var server = await FakeOpenSearch.StartAsync();
        silent.Always = BulkFault.Silent;
        await using var bench = new ExportBench(
            [silent.Address, server.Address],
            settings => settings with { RequestTimeout = TimeSpan.FromSeconds(2) });
        bench.Append(100);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();
        Assert.Equal(100, server.Count);
    }

    // A host that drops what is sent to it: the kernel does so for a listener whose queue is full.
    [Fact]
    public async Task Next_host_is_used_when_one_does_not_accept_connections()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen(0);
        var waiting = Enumerable.Range(0, 8)
            .Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        waiting.ForEach(socket =>
        {
            socket.Blocking = false;
            Assert.Throws<SocketException>(() => socket.Connect(silent.LocalEndPoint!));
        });
        await using var server = await FakeOpenSearch.StartAsync();
        var address = new Uri($"http://{silent.LocalEndPoint}");
        await using var alone = new ExportBench(
            [address], settings => settings with { ConnectTimeout = TimeSpan.FromMilliseconds(200) });
        alone.Append(1);
        alone.Exporter.Start();
        await alone.UntilAsync(() => alone.Exporter.Status.Health == ExportHealth.Retrying, "retrying");
        Assert.Contains("cannot be reached", alone.Exporter.Status.Problem, StringComparison.Ordinal);
        Assert.False(alone.Exporter.Completion.IsCompleted);

        await using var bench = new ExportBench(
            [address, server.Address],
            settings => settings with { ConnectTimeout = TimeSpan.FromMilliseconds(200) });
        bench.Append(100);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();
        Assert.Equal(100, server.Count);
        waiting.ForEach(static socket => socket.Dispose());
    }

    [Fact]
    public async Task Host_that_failed_five_times_is_not_used_for_a_while()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        await server.StopAsync();
        var time = new ManualTimeProvider();
        using var connection = new OpenSearchConnection(new ExportSettings { Hosts = [server.Address] }, time);
        Task<HostResponse> AskAsync() =>
            connection.SendAsync(HttpMethod.Get, string.Empty, null, "application/json", isCompressed: false, Token);
        for (var failure = 0; failure < 5; failure++)
        {
            await Assert.ThrowsAsync<HttpRequestException>(AskAsync);
        }

        // It is up again, but not used yet.
        await server.RestartAsync();
        await Assert.ThrowsAsync<BrokenCircuitException>(AskAsync);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(200, (await AskAsync()).Status);
    }

    // The fake lets nothing go before as many requests are there as there may be; none is there twice.
    [Fact]
    public async Task Concurrent_requests_grow_up_to_the_limit()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        var four = new TaskCompletionSource();
        server.BeforeBulk = async () =>
        {
            if (server.Bulks >= 20)
            {
                if (server.BulksAtOnceMax >= 4)
                {
                    four.TrySetResult();
                }

                await four.Task.WaitAsync(TimeSpan.FromSeconds(60));
            }
        };
        await using var bench = new ExportBench(
            [server.Address], changeStorage: settings => settings with { BatchDocumentsMax = 10 });
        bench.Append(1000);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();
        Assert.Equal(1000, server.Count);
        Assert.Equal(4, server.BulksAtOnceMax);
        Assert.Equal(0, bench.Exporter.Status.BacklogDocuments);

        server.Enqueue(BulkFault.Rejected);
        bench.Append(10);
        await bench.UntilDrainedAsync();
        Assert.InRange(bench.Exporter.ConcurrencyLimit, 1, 3);
    }
}
