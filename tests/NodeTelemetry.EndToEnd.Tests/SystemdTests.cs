using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>The shipped unit under the real systemd: a machine in namespaces, whose datagrams the test receives.</summary>
public sealed class SystemdTests
{
    private const string Unit = "nodetelemetry-agent.service";
    private const int Port = 16077;

    /// <summary>As many as it takes until the slowest sampler has run again.</summary>
    private const int Samples = 10;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Starts the unit as it is shipped, reloads it, restarts it, restarts it while a package manager is at work, and stops it.
    /// Every goodbye must be true.</summary>
    [Fact]
    public async Task The_hardened_unit_reads_everything_reloads_and_says_why_it_stops()
    {
        await using var lab = await StartAsync();
        using var listener = Listen(lab);
        await lab.RunAsync("systemctl", "restart", Unit);
        var first = Next(listener, static snapshot => snapshot.Labels is not null);
        Assert.Equal("first", first.Labels![0].Value);
        Assert.Matches(@"Status: "".*: sent \d+, \d+ readings", await lab.RunAsync("systemctl", "status", "--no-pager", Unit));
        await AssertNoReadingIsLostAsync(lab, listener);

        await lab.WriteAsync("/etc/nodetelemetry/agent.json", Configuration("second"));
        await lab.RunAsync("systemctl", "reload", Unit);
        var second = Next(listener, static snapshot => snapshot.Labels is [{ Value: "second" }]);
        Assert.Equal(first.Header!.Run, second.Header!.Run);
        Assert.True(second.Header.Sequence > first.Header.Sequence);

        await lab.RunAsync("systemctl", "restart", Unit);
        AssertGoodbye(listener, "restart", 10);
        await using (var manager = lab.Start("flock", "/var/lib/dpkg/lock-frontend", "sh", "-c", "echo held; exec sleep 600"))
        {
            await manager.WaitForOutputAsync("held", Deadline);
            await lab.RunAsync("systemctl", "restart", Unit);
            AssertGoodbye(listener, "upgrade", 120);
        }

        await lab.RunAsync("systemctl", "stop", Unit);
        AssertGoodbye(listener, "stop", null);
        Assert.DoesNotContain("could not be asked", await lab.RunAsync("journalctl", "--no-pager", "-u", Unit), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reboot", 180)]
    [InlineData("poweroff", null)]
    public async Task A_machine_that_goes_down_is_announced_as_such(string end, int? back)
    {
        await using var lab = await StartAsync();
        using var listener = Listen(lab);

        await lab.TryRunAsync("systemctl", end);

        AssertGoodbye(listener, end, back);
        await lab.WaitForEndAsync();
    }

    /// <summary>Starts a machine, and the unit on it.</summary>
    private static async Task<SystemdLab> StartAsync()
    {
        // The checks of the unit need the native agent: just-in-time compilation is forbidden there.
        Assert.SkipWhen(NativeAgent.Obstacle is not null, NativeAgent.Obstacle ?? string.Empty);
        Assert.SkipWhen(SystemdLab.Obstacle is not null, SystemdLab.Obstacle ?? string.Empty);
        var lab = await SystemdLab.StartAsync();
        await lab.CopyAsync(NativeAgent.Path, "/usr/bin/nodetelemetry-agent", "755");
        await lab.CopyAsync(Path.Combine(RepositoryRoot.Path, "systemd", Unit), $"/etc/systemd/system/{Unit}", "644");
        await lab.CopyAsync(
            Path.Combine(RepositoryRoot.Path, "systemd/sysusers.d/nodetelemetry-agent.conf"), "/usr/lib/sysusers.d/nodetelemetry-agent.conf", "644");
        await lab.RunAsync("systemd-sysusers");
        await lab.WriteAsync("/etc/default/nodetelemetry-agent", "NODETELEMETRY_INTERFACE=lo\n");
        await lab.WriteAsync("/etc/nodetelemetry/agent.json", Configuration("first"));
        await lab.RunAsync("systemctl", "daemon-reload");

        // Type=notify: the start returns when the first sample has been sent.
        await lab.RunAsync("systemctl", "start", Unit);
        return lab;
    }

    private static Socket Listen(SystemdLab lab)
    {
        var listener = lab.OpenSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        listener.ReceiveTimeout = (int)Deadline.TotalMilliseconds;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        return listener;
    }

    private static void AssertGoodbye(Socket listener, string reason, int? seconds) =>
        Assert.Equal(new ByeReading(reason, seconds), Next(listener, static snapshot => snapshot.Bye is not null).Bye);

    /// <summary>Root without any sandbox reads what the hardened unit reads, and no more; disks are reported with their real write protection.</summary>
    private static async Task AssertNoReadingIsLostAsync(SystemdLab lab, Socket listener)
    {
        var free = Leaves(Encoding.UTF8.GetBytes(await lab.RunAsync("/usr/bin/nodetelemetry-agent", "once")));
        var hardened = new Dictionary<string, string>();

        // Rarely changed values are sent with the first sample of a configuration.
        await lab.RunAsync("systemctl", "reload", Unit);
        var last = Newest(listener) + Samples;
        var buffer = new byte[WireLimits.ReceivedBytesMax];
        for (var sequence = 0L; sequence < last;)
        {
            var length = listener.Receive(buffer);
            foreach (var (path, value) in Leaves(buffer.AsSpan(0, length)))
            {
                hardened[path] = value;
            }

            sequence = long.Parse(hardened["/seq"], CultureInfo.InvariantCulture);
        }

        Assert.Empty(free.Keys.Where(static path => !path.StartsWith("/part", StringComparison.Ordinal)).Except(hardened.Keys));
        Assert.All(
            free.Where(static leaf => leaf.Key.StartsWith("/disk/", StringComparison.Ordinal) && leaf.Key.EndsWith("/ro", StringComparison.Ordinal)),
            leaf => Assert.Equal((leaf.Key, leaf.Value), (leaf.Key, hardened[leaf.Key])));
    }

    private static long Newest(Socket listener)
    {
        using var peeked = JsonDocument.Parse(Encoding.UTF8.GetString(Peek(listener)));
        return peeked.RootElement.GetProperty("seq").GetInt64();
    }

    private static byte[] Peek(Socket listener)
    {
        var buffer = new byte[WireLimits.ReceivedBytesMax];
        return buffer[..listener.Receive(buffer, SocketFlags.Peek)];
    }

    /// <summary>Gets every value of JSON objects that follow each other, by its path; lists count as one value.</summary>
    private static Dictionary<string, string> Leaves(ReadOnlySpan<byte> json)
    {
        var leaves = new Dictionary<string, string>();
        var path = new Stack<string>();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { AllowMultipleValues = true });
        var name = "";
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    path.Push((path.Count == 0 ? "" : path.Peek()) + name);
                    break;
                case JsonTokenType.EndObject:
                    path.Pop();
                    name = "";
                    break;
                case JsonTokenType.PropertyName:
                    name = "/" + reader.GetString();
                    break;
                case JsonTokenType.StartArray:
                    leaves[path.Peek() + name] = "[]";
                    reader.Skip();
                    break;
                default:
                    leaves[path.Peek() + name] = Encoding.UTF8.GetString(reader.ValueSpan);
                    break;
            }
        }

        return leaves;
    }

    private static string Configuration(string label) =>
        $$"""{ "Interval": "200ms", "Target": "127.0.0.1:{{Port}}", "Label": { "which": "{{label}}" } }""";

    /// <summary>Receives until a matching datagram arrives.</summary>
    private static NodeSnapshot Next(Socket listener, Func<NodeSnapshot, bool> isWanted)
    {
        var buffer = new byte[WireLimits.ReceivedBytesMax];
        while (true)
        {
            var length = listener.Receive(buffer);
            Assert.Equal(DecodeError.None, new SnapshotDecoder().Decode(buffer.AsSpan(0, length), out var snapshot));
            if (isWanted(snapshot!))
            {
                return snapshot!;
            }
        }
    }
}
