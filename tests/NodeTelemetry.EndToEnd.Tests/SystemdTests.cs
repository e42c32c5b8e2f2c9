using System.Net;
using System.Net.Sockets;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>The shipped unit under the real systemd: a machine in namespaces, whose datagrams the test hears.</summary>
public sealed class SystemdTests
{
    private const string Unit = "nodetelemetry-agent.service";
    private const int Port = 16077;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Starts the unit as it is shipped, reloads it, restarts it, restarts it while a package manager is at work, stops it, and reboots or switches off the
    /// machine. Every goodbye must tell the truth.</summary>
    [Theory]
    [InlineData("reboot", 180)]
    [InlineData("poweroff", null)]
    public async Task The_hardened_unit_runs_reloads_and_says_why_it_stops(string end, int? back)
    {
        var agent = Programs.NativeAgentOrSkip();
        Assert.SkipWhen(SystemdLab.Obstacle is not null, SystemdLab.Obstacle ?? string.Empty);
        await using var lab = await SystemdLab.StartAsync();
        using var listener = lab.OpenSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        listener.ReceiveTimeout = (int)Deadline.TotalMilliseconds;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        await lab.CopyAsync(agent, "/usr/bin/nodetelemetry-agent", "755");
        await lab.CopyAsync(Path.Combine(RepositoryRoot.Path, "systemd", Unit), $"/etc/systemd/system/{Unit}", "644");
        await lab.CopyAsync(
            Path.Combine(RepositoryRoot.Path, "systemd/sysusers.d/nodetelemetry-agent.conf"), "/usr/lib/sysusers.d/nodetelemetry-agent.conf", "644");
        await lab.RunAsync("systemd-sysusers");
        await lab.WriteAsync("/etc/default/nodetelemetry-agent", "NODETELEMETRY_INTERFACE=lo\nNODETELEMETRY_LOG_LEVEL=debug\n");
        await lab.WriteAsync("/etc/nodetelemetry/agent.json", Configuration("first"));
        await lab.RunAsync("systemctl", "daemon-reload");

        // Type=notify: the start returns when the first sample has been sent.
        await lab.RunAsync("systemctl", "start", Unit);
        var first = Next(listener, static snapshot => snapshot.Labels is not null);
        Assert.Equal("first", first.Labels![0].Value);
        Assert.Contains("StatusText=", await lab.RunAsync("systemctl", "show", Unit), StringComparison.Ordinal);
        Assert.Matches(@"Status: "".*: sent \d+, \d+ readings", await lab.RunAsync("systemctl", "status", "--no-pager", Unit));

        await lab.WriteAsync("/etc/nodetelemetry/agent.json", Configuration("second"));
        await lab.RunAsync("systemctl", "reload", Unit);
        var second = Next(listener, static snapshot => snapshot.Labels is [{ Value: "second" }]);
        Assert.Equal(first.Header!.Run, second.Header!.Run);
        Assert.True(second.Header.Sequence > first.Header.Sequence);

        await lab.RunAsync("systemctl", "restart", Unit);
        AssertGoodbye("restart", 10);

        await using (var manager = lab.Start("flock", "/var/lib/dpkg/lock-frontend", "sh", "-c", "echo held; exec sleep 600"))
        {
            await manager.WaitForOutputAsync("held", Deadline);
            await lab.RunAsync("systemctl", "restart", Unit);
            AssertGoodbye("upgrade", 120);
        }

        await lab.RunAsync("systemctl", "stop", Unit);
        AssertGoodbye("stop", null);
        await lab.RunAsync("systemctl", "start", Unit);
        Assert.DoesNotContain("could not be asked", await lab.RunAsync("journalctl", "--no-pager", "-u", Unit), StringComparison.Ordinal);

        await lab.TryRunAsync("systemctl", end);
        AssertGoodbye(end, back);
        await lab.WaitForEndAsync();

        void AssertGoodbye(string reason, int? seconds) =>
            Assert.Equal(new ByeReading(reason, seconds), Next(listener, static snapshot => snapshot.Bye is not null).Bye);
    }

    private static string Configuration(string label) =>
        $$"""{ "Interval": "200ms", "Target": "127.0.0.1:{{Port}}", "Label": { "which": "{{label}}" } }""";

    /// <summary>Receives until something wanted comes.</summary>
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
