using System.Net.Sockets;
using System.Text;
using NodeTelemetry.Agent.Bus;
using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Tests.Bus;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Hosting;

/// <summary>Faked folders, a real lock in the real /proc/locks, and a bus that speaks the protocol on a real
/// socket.</summary>
public sealed class StopReasonFinderTests : IDisposable
{
    private const string Unit = "nodetelemetry-agent.service";

    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();

    private KernelRoots Roots => new(Run: _folder.Path, Var: _folder.Path, Proc: _folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("reboot.target/start", "Reboot")]
    [InlineData("kexec.target/start", "Reboot")]
    [InlineData("poweroff.target/start", "Poweroff")]
    [InlineData("halt.target/start", "Poweroff")]
    [InlineData("nodetelemetry-agent.service/stop", "Stop")]
    [InlineData("nodetelemetry-agent.service/restart", "Restart")]
    [InlineData("nodetelemetry-agent.service/restart reboot.target/start", "Reboot")]
    [InlineData("nodetelemetry-agent.service/stop ssh.service/restart", "Stop")]
    [InlineData("reboot.target/stop", "Stop")]
    [InlineData("", "Stop")]
    public async Task The_jobs_of_systemd_show_the_reason(string jobs, string reason)
    {
        _folder.Write("self/cgroup", $"0::/system.slice/{Unit}\n");
        using var bus = FakeBus.Start(_folder, Reply(jobs));

        Assert.Equal(reason, new StopReasonFinder(Roots, _time, _logger).Find().ToString());
        Assert.Empty(_logger.Lines);
        await bus.Ended;
    }

    [Fact]
    public void A_bus_that_says_nothing_sensible_is_a_stop_and_is_logged()
    {
        foreach (var reply in (byte[][])[[], "l\x03\0\x01garbage"u8.ToArray(), Reply("reboot.target/start")[..90]])
        {
            _logger.Clear();
            using var bus = FakeBus.Start(_folder, reply);

            Assert.Equal(StopReason.Stop, new StopReasonFinder(Roots, _time, _logger).Find());
            Assert.StartsWith("Warning 1006 ", Assert.Single(_logger.Lines), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Any_bytes_are_survived()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var good = Reply("reboot.target/start ssh.service/stop")[64..];
        for (var round = 0; round < 20_000; round++)
        {
            var body = good.ToArray();
            body[random.Next(body.Length)] = (byte)random.Next(256);
            Assert.True(Record.Exception(() => SystemBus.TryReadJobs(body.AsSpan(random.Next(body.Length)), [])) is null, $"seed {seed}");
        }
    }

    [Fact]
    public void Without_a_bus_the_plan_of_shutdown_counts()
    {
        var planned = _time.GetUtcNow().AddSeconds(-3).ToUnixTimeMilliseconds() * 1000;
        _folder.Write("systemd/shutdown/scheduled", $"USEC={planned}\nWARN_WALL=1\nMODE=reboot\n");
        Assert.Equal(StopReason.Reboot, new StopReasonFinder(Roots, _time, _logger).Find());

        _folder.Write("systemd/shutdown/scheduled", $"USEC={planned}\nMODE=poweroff\n");
        Assert.Equal(StopReason.Poweroff, new StopReasonFinder(Roots, _time, _logger).Find());

        _folder.Write("systemd/shutdown/scheduled", $"USEC={planned + 600_000_000}\nMODE=reboot\n");
        Assert.Equal(StopReason.Stop, new StopReasonFinder(Roots, _time, _logger).Find());

        foreach (var damaged in (string[])["", "USEC=", "USEC=99999999999999999999\nMODE=reboot", "MODE=reboot", $"USEC={planned}\nMODE=dry-reboot"])
        {
            _folder.Write("systemd/shutdown/scheduled", damaged);
            Assert.Equal(StopReason.Stop, new StopReasonFinder(Roots, _time, _logger).Find());
        }
    }

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public async Task A_package_manager_that_upgrades_the_agent_makes_it_an_upgrade()
    {
        Package("install ok half-configured");
        _folder.Write("lib/dpkg/lock-frontend", "");
        var roots = Roots with { Proc = "/proc" };
        var finder = new StopReasonFinder(roots, _time, _logger);
        Assert.Equal(StopReason.Stop, finder.Find());

        // The kernel shows a lock of this very process too.
        await using (var file = new FileStream(
            Path.Combine(_folder.Path, "lib/dpkg/lock-frontend"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Lock(0, 0);
            Assert.Equal(StopReason.Upgrade, finder.Find());

            // A removal, a purge, and a stop while others are upgraded.
            foreach (var status in (string[])["deinstall ok half-configured", "purge ok half-configured", "install ok installed"])
            {
                Package(status);
                Assert.Equal(StopReason.Stop, finder.Find());
            }
        }

        Assert.Equal(StopReason.Stop, finder.Find());
    }

    [Theory]
    [InlineData("1: POSIX  ADVISORY  WRITE 812 fe:00:77 0 EOF\n", true)]
    [InlineData("9: FLOCK  ADVISORY  WRITE 1 08:02:5 0 EOF\n1: OFDLCK ADVISORY  WRITE -1 fe:00:77 0 EOF", true)]
    [InlineData("1: POSIX  ADVISORY  READ 812 fe:00:77 0 EOF\n", false)]
    [InlineData("1: -> POSIX  ADVISORY  WRITE 812 fe:00:77 0 EOF\n", false)]
    [InlineData("1: POSIX  ADVISORY  WRITE 812 fe:01:77 0 EOF\n", false)]
    [InlineData("1: POSIX  ADVISORY  WRITE 812 fe:00:78 0 EOF\n", false)]
    [InlineData("1: POSIX  ADVISORY  WRITE 812 fe:77 0 EOF\n", false)]
    [InlineData("1: POSIX  ADVISORY  WRITE 812\n\n:::\n", false)]
    public void A_lock_is_known_by_its_file(string locks, bool isHeld) =>
        Assert.Equal(isHeld, PackageLocks.IsHeld(Encoding.ASCII.GetBytes(locks), new FileStatus(0xfe, 0, 77, 0, 0, 0)));

    [Theory]
    [InlineData("0::/system.slice/nodetelemetry-agent.service\n", Unit)]
    [InlineData("9:name=systemd:/system.slice/nodetelemetry-agent.service\n8:pids:/x.service\n0::/\n", Unit)]
    [InlineData("0::/user.slice/user-0.slice/session-1.scope\n", null)]
    [InlineData("8:pids:/x.service", null)]
    [InlineData("", null)]
    public void The_unit_is_the_control_groups(string text, string? unit) =>
        Assert.Equal(unit, StopReasonFinder.ParseUnit(Encoding.ASCII.GetBytes(text)));

    private void Package(string status) =>
        _folder.Write("lib/dpkg/status", $"Package: nodetelemetry-agent\nStatus: {status}\n");

    /// <summary>A signal that is not the answer, an answer to another call, then the answer.</summary>
    private static byte[] Reply(string jobs)
    {
        var body = new BusWriter();
        body.Integer(0);
        body.Align(8);
        var start = body.Length;
        foreach (var (job, index) in jobs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((job, index) => (job.Split('/'), index)))
        {
            body.Align(8);
            body.Integer(index + 1);
            foreach (var text in (string[])[job[0], job[1], "waiting", $"/org/freedesktop/systemd1/job/{index + 1}", "/org/freedesktop/systemd1/unit/x"])
            {
                body.Text(text);
            }
        }

        body.Overwrite(0, body.Length - start);
        var hello = new BusWriter();
        hello.Text(":1.77");
        return [.. BusWriter.Message(4, 0, "s", hello), .. BusWriter.Message(2, 1, "s", hello), .. BusWriter.Message(2, 2, "a(usssoo)", body)];
    }

    /// <summary>Takes what a client sends and answers as a bus does.</summary>
    private sealed class FakeBus : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        public Task Ended { get; private set; } = Task.CompletedTask;

        public static FakeBus Start(TempFolder folder, byte[] reply)
        {
            var path = Path.Combine(folder.Path, "dbus", "system_bus_socket");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Delete(path);
            var bus = new FakeBus();
            bus._listener.Bind(new UnixDomainSocketEndPoint(path));
            bus._listener.Listen();
            bus.Ended = bus.ServeAsync(reply);
            return bus;
        }

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync(byte[] reply)
        {
            using var client = await _listener.AcceptAsync(TestContext.Current.CancellationToken);
            var buffer = new byte[4096];
            var length = await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            Assert.StartsWith("\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\nl", Encoding.Latin1.GetString(buffer, 0, length), StringComparison.Ordinal);
            await client.SendAsync(
                (byte[])[.. "DATA\r\nOK 1234deadbeef\r\n"u8, .. reply], TestContext.Current.CancellationToken);
        }
    }
}
