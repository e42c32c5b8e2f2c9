using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Exposition;
using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Agent.Transport;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Run;

/// <summary>Everything that one configuration creates: samplers, loop, sockets.
/// A reload creates the next session of the same run.</summary>
internal sealed class AgentSession : IDisposable
{
    /// <summary>Update period of <c>systemctl status</c>: each update costs a message to systemd.</summary>
    public static readonly TimeSpan StatusPeriod = TimeSpan.FromSeconds(30);

    private readonly AgentOptions _options;
    private readonly SampleSource _source;
    private readonly AgentMetrics _metrics;
    private readonly ServiceNotifier _notifier;
    private readonly TimeProvider _time;
    private readonly MulticastSender _sender;
    private readonly SampleLoop _loop;
    private readonly ControlResponder _responder;
    private readonly DisplayedAlertLevel _alerts;
    private readonly MetricsServer? _server;
    private readonly DisplayHost _display;
    private readonly PollDescriptor[] _descriptors =
        new PollDescriptor[2 + MulticastSender.SocketCountMax + MetricsServer.SocketCountMax];

    private AboutReading? _about;
    private long _statusSent;
    private bool _isReady;

    /// <summary>Initializes a new instance of the <see cref="AgentSession"/> class.</summary>
    public AgentSession(
        AgentOptions options,
        SampleSource source,
        long sequence,
        AgentMetrics metrics,
        RunState state,
        ServiceNotifier notifier,
        TimeProvider time,
        ILogger logger)
    {
        _options = options;
        _source = source;
        _metrics = metrics;
        _notifier = notifier;
        _time = time;
        _sender = new MulticastSender(AgentSetup.GetSenderSettings(options), options.Roots, time, metrics, logger);
        _display = new DisplayHost(CreateDisplaySource(options, state), time, logger);
        _loop = AgentSetup.CreateLoop(
            options,
            source,
            AgentSetup.Architecture,
            _sender.Send,
            state.Ring,
            time,
            metrics,
            logger,
            sequence,
            display: () => _display.Name);
        _alerts = state.Alerts;
        var answers = AgentSetup.CreateReplySource(source, _loop);
        _responder = new ControlResponder(
            _sender,
            answers,
            new RequestGuard(options.Keys, state.Cookies, state.Requesters, answers),
            state.Alerts,
            time,
            metrics);
        _server = options.MetricsListen is { } address
            ? new MetricsServer(address, WriteMetrics, time, metrics, logger)
            : null;
    }

    /// <summary>Gets the sequence number of the next sample.</summary>
    public long NextSequence => _loop.NextSequence;

    /// <summary>Samples and sends until a signal stops the agent or a reload succeeds.</summary>
    /// <param name="signals">The signals.</param>
    /// <param name="reload">Reloads the configuration; <see langword="false"/> if the current one remains.</param>
    /// <returns>Whether the agent is to stop.</returns>
    public bool Run(ShutdownSignals signals, Func<bool> reload)
    {
        _loop.Run(untilNext => Wait(untilNext, signals, reload));
        return signals.Wait(TimeSpan.Zero);
    }

    /// <summary>Sends a goodbye.</summary>
    public void SendGoodbye(ByeReading bye) => _loop.SayGoodbye(bye);

    /// <inheritdoc/>
    public void Dispose()
    {
        _display.Dispose();
        _server?.Dispose();
        _loop.Dispose();
        _sender.Dispose();
    }

    /// <summary>Waits for the next tick, answers requests meanwhile, and resets systemd's watchdog.</summary>
    /// <returns>Whether this session ends.</returns>
    private bool Wait(TimeSpan wait, ShutdownSignals signals, Func<bool> reload)
    {
        var start = _time.GetTimestamp();
        _about = _loop.Newest?.About ?? _about;
        if (_loop.Newest is { } newest)
        {
            _display.Show(newest);
        }

        ReportStatus();
        var left = wait;
        while (left > TimeSpan.Zero)
        {
            // On this thread only: if a sampler hangs, the watchdog expires and systemd restarts the agent.
            _notifier.SendAlive();
            var timeout = _notifier.AlivePeriod is { } period && period < left ? period : left;
            if (WaitOnce(timeout, signals) || (signals.TakeReload() && reload()))
            {
                return true;
            }

            left = wait - _time.GetElapsedTime(start);
        }

        return signals.Wait(TimeSpan.Zero);
    }

    /// <summary>Waits for one event and has its owner handle it.</summary>
    /// <returns>Whether the agent is to stop.</returns>
    private bool WaitOnce(TimeSpan timeout, ShutdownSignals signals)
    {
        _descriptors[0] = new PollDescriptor(signals.Descriptor);
        _descriptors[1] = new PollDescriptor(signals.ReloadDescriptor);
        var requests = _responder.ListSockets(_descriptors.AsSpan(2), ref timeout);
        var scrapes = _server?.ListSockets(_descriptors.AsSpan(2 + requests), ref timeout) ?? 0;
        if (PollDescriptor.Wait(_descriptors.AsSpan(0, 2 + requests + scrapes), timeout) == 0)
        {
            return false;
        }

        _responder.Answer(_descriptors.AsSpan(2, requests));
        _server?.Serve(_descriptors.AsSpan(2 + requests, scrapes));
        return _descriptors[0].IsReady;
    }

    private ReadOnlyMemory<byte> WriteMetrics(bool isOpenMetrics) =>
        MetricsPage.Write(
            isOpenMetrics, _loop.Newest, _about, _loop.Samplers, _metrics, _alerts.Worst, AgentSetup.Version);

    private static DisplaySource CreateDisplaySource(AgentOptions options, RunState state) => new(
        options.Display,
        state.Temperatures,
        () => state.Alerts.Worst,
        LocalClock.Read,
        options.Roots,
        new LinuxDeviceCalls());

    private void ReportStatus()
    {
        if (_isReady && _time.GetElapsedTime(_statusSent) < StatusPeriod)
        {
            return;
        }

        _statusSent = _time.GetTimestamp();
        var status = $"{_source.Hostname}: sent {_metrics.Samples}, {ReadingCount.Count(_loop.Newest)} readings, "
            + $"{ReadingCount.CountSensors(_loop.Newest)} sensors, "
            + $"every {_options.Interval.TotalSeconds:0.###} s by {_sender.LinkCount} links "
            + $"to {_options.Targets.Count} targets";
        if (_isReady)
        {
            _notifier.Status(status);
        }
        else
        {
            _isReady = true;
            _notifier.Ready(status);
            StartupPages.Release();
        }
    }
}
