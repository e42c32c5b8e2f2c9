using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Deploy.Tests;

/// <summary>Both images in a real Docker daemon, as the documents say; another host of the lab receives and browses.</summary>
public sealed class DockerTests
{
    private const int Daemon = 1;
    private const int Other = 2;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly Uri Page = new("http://10.77.0.1:8077/");

    private static readonly string[] AgentOptions =
        ["--network", "host", "--volume", "/:/host:ro,rslave", "--read-only", "--cap-drop", "all"];

    /// <summary>The best of several starts, because other tests may occupy the machine.</summary>
    [Fact]
    public async Task A_container_s_first_datagram_comes_within_a_second_and_removing_it_sends_a_goodbye()
    {
        const int Attempts = 5;
        await using var lab = await CreateLabAsync();
        await using var docker = await DockerHost.StartAsync(lab, Daemon);
        using var socket = lab.OpenSocket(Other, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 6077));
        socket.SetSocketOption(
            SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(IPAddress.Parse("239.192.77.77"), IPAddress.Parse("10.77.0.2")));
        var least = TimeSpan.MaxValue;
        var buffer = new byte[2048];
        var token = TestContext.Current.CancellationToken;
        for (var attempt = 0; attempt < Attempts && least >= TimeSpan.FromSeconds(1); attempt++)
        {
            var clock = Stopwatch.StartNew();
            await docker.RunAsync(["run", "--detach", "--name", "agent", .. AgentOptions, await Images.GetNameAsync("agent")]);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(token);
            timeout.CancelAfter(Deadline);
            var length = await socket.ReceiveAsync(buffer, timeout.Token);
            least = clock.Elapsed < least ? clock.Elapsed : least;
            Assert.Contains($"\"{docker.Name}\"", System.Text.Encoding.UTF8.GetString(buffer, 0, length), StringComparison.Ordinal);

            await docker.RunAsync("stop", "agent");
            var last = string.Empty;
            while (socket.Available > 0)
            {
                last = System.Text.Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
            }

            Assert.Contains("\"bye\":{\"reason\":\"stop\"", last, StringComparison.Ordinal);
            await docker.RunAsync("rm", "agent");
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"From docker run to the first datagram: {least.TotalMilliseconds:F0} ms.");
        Assert.InRange(least, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task The_collector_is_healthy_shows_the_node_and_keeps_its_data_in_the_volume()
    {
        await using var lab = await CreateLabAsync();
        await using var docker = await DockerHost.StartAsync(lab, Daemon);
        using var folder = new TempFolder();
        folder.Write("agent.json", """{ "Label": { "rack": "2" }, "Interval": "1s" }""");
        await StartCollectorAsync(docker);
        await docker.RunAsync(
            ["run", "--detach", "--name", "agent", .. AgentOptions, "--volume", $"{folder["agent.json"]}:/etc/nodetelemetry/agent.json:ro",
            await Images.GetNameAsync("agent")]);

        using var client = new CollectorClient(lab, Other, Page);
        await client.WaitForNodesAsync(
            [docker.Name],
            static node => node.GetProperty("labels").TryGetProperty("rack", out var rack) && rack.GetString() == "2"
                && node.GetProperty("interval").GetInt32() == 1000,
            () => docker.Log);
        Assert.Contains("<title>", await client.GetAsync(string.Empty), StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => await GetHealthAsync(docker) == "healthy", Deadline, () => docker.Log);
        var node = (await client.GetNodesAsync())[docker.Name];

        await docker.RunAsync("rm", "--force", "agent");
        await docker.RunAsync("stop", "collector");
        await docker.RunAsync("rm", "collector");
        await StartCollectorAsync(docker);
        await Eventually.TrueAsync(
            async () => (await client.GetNodesAsync()).TryGetValue(docker.Name, out var kept)
                && kept.GetProperty("firstSeen").GetInt64() == node.GetProperty("firstSeen").GetInt64(),
            Deadline,
            () => docker.Log);
    }

    private static async Task<NetworkLab> CreateLabAsync()
    {
        Assert.SkipUnless(DockerHost.Obstacle is null, DockerHost.Obstacle ?? string.Empty);
        _ = await Images.GetAsync();
        return await NetworkLab.CreateAsync(hosts: 2);
    }

    private static async Task StartCollectorAsync(DockerHost docker) => await docker.RunAsync(
        "run", "--detach", "--name", "collector", "--network", "host", "--volume", "telemetry:/var/lib/nodetelemetry", "--read-only", "--tmpfs", "/tmp",
        "--cap-drop", "all", "--health-interval", "1s", await Images.GetNameAsync("collector"));

    private static Task<string> GetHealthAsync(DockerHost docker) =>
        docker.RunAsync("inspect", "--format", "{{.State.Health.Status}}", "collector");
}
