using System.Net.Sockets;
using System.Text;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Hosting.Tests;

public sealed class ServiceNotifierTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nodetelemetry-notify-").FullName;
    private readonly Socket _systemd =
        new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
    private readonly RecordingLogger _logger = new();

    public void Dispose()
    {
        _systemd.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Notifies_systemd(bool isAbstract)
    {
        var path = Path.Combine(_folder, "notify");
        _systemd.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + path : path));
        using var notifier = new ServiceNotifier(isAbstract ? "@" + path : path, "10000000", _logger);

        notifier.Ready("fine");
        notifier.SendAlive();
        notifier.Stopping();

        Assert.Equal("READY=1\nSTATUS=fine", Receive());
        Assert.Equal("WATCHDOG=1", Receive());
        Assert.StartsWith("STOPPING=1", Receive(), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(5), notifier.AlivePeriod);
        Assert.Empty(_logger.Lines);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Does_nothing_without_systemd(string? path)
    {
        using var notifier = new ServiceNotifier(path, "10000000", _logger);
        notifier.Ready("fine");

        Assert.Null(notifier.AlivePeriod);
        Assert.Empty(_logger.Lines);
    }

    // A manager that reads only until READY=1 once delayed every sample.
    [Fact]
    public void A_manager_that_does_not_read_delays_nothing_and_is_logged_once()
    {
        var path = Path.Combine(_folder, "notify");
        _systemd.Bind(new UnixDomainSocketEndPoint(path));
        using var notifier = new ServiceNotifier(path, watchdogMicroseconds: null, _logger);
        for (var count = 0; count < 10_000; count++)
        {
            notifier.Status("fine");
        }

        Assert.Single(_logger.Lines);
        while (_systemd.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            Receive();
        }

        notifier.SendAlive();
        notifier.Stopping();
        Assert.StartsWith("STOPPING=1", Receive(), StringComparison.Ordinal);
        Assert.Single(_logger.Lines);
    }

    [Fact]
    public void A_socket_that_is_not_there_is_said_and_does_no_harm()
    {
        using var notifier = new ServiceNotifier(Path.Combine(_folder, "absent"), watchdogMicroseconds: null, _logger);
        notifier.Ready("fine");

        Assert.Contains("absent", Assert.Single(_logger.Lines), StringComparison.Ordinal);
    }

    private string Receive()
    {
        var buffer = new byte[500];
        return Encoding.UTF8.GetString(buffer, 0, _systemd.Receive(buffer));
    }
}
