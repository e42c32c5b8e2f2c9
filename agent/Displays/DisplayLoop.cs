using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Agent.Displays.Panels;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Displays;

/// <summary>Draws and shows pages at the display's pace on a separate thread, so that a panel never delays a sample.
/// </summary>
/// <remarks>Except <see cref="Show"/>, <see cref="Start"/> and <see cref="Dispose"/>,
/// everything belongs to that thread.</remarks>
internal sealed partial class DisplayLoop : IDisposable
{
    /// <summary>The pause after a failure of the panel.</summary>
    public static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(30);

    /// <summary>Proximity counts of the LTR559 for a hand at about 5 cm; the vendor's examples use the same.</summary>
    public const double NearCounts = 1500;

    /// <summary>Darker than a room lit only from the corridor.</summary>
    public const double NightLux = 1;

    /// <summary>The driver's name for the joystick of a Sense HAT.</summary>
    public const string JoystickName = "Raspberry Pi Sense HAT Joystick";

    /// <summary>The keys of the Sense HAT. Source: linux/input-event-codes.h.</summary>
    private const int UpKey = 103;

    private const int LeftKey = 105;
    private const int RightKey = 106;
    private const int DownKey = 108;

    /// <summary>Enough for drawing and system calls.</summary>
    private const int StackBytes = 128 * 1024;

    /// <summary>A panel that hangs must not delay the shutdown: systemd waits for 10 s.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly DisplaySource _source;
    private readonly DisplayFinder _finder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DisplayModel _model;
    private readonly PageTurner _turner;
    private readonly Canvas _canvas;
    private readonly WakeEvent _end = new();
    private readonly Thread _thread;

    private volatile NodeSnapshot _newest;
    private DetectedDisplay? _found;
    private AboutReading? _about;
    private IPanel? _panel;
    private InputDevice? _keys;
    private long _retried;
    private string? _problem;
    private ulong? _shown;
    private bool _isDark;
    private bool _isBeat;

    /// <summary>Initializes a new instance of the <see cref="DisplayLoop"/> class.</summary>
    /// <param name="found">The display.</param>
    /// <param name="source">The inputs other than samples.</param>
    /// <param name="finder">Finds the display again after a failure.</param>
    /// <param name="snapshot">The newest sample.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public DisplayLoop(
        DetectedDisplay found,
        DisplaySource source,
        DisplayFinder finder,
        NodeSnapshot snapshot,
        TimeProvider time,
        ILogger logger)
    {
        _found = found;
        _model = found.Model;
        _source = source;
        _finder = finder;
        _newest = snapshot;
        _time = time;
        _logger = logger;
        _turner = new PageTurner(_model, source.Options, time);
        _canvas = new Canvas(_model.Width, _model.Height);
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "display" };
        Log.Found(logger, found.Model.Name, found.Device);
    }

    /// <summary>Gets the display's name.</summary>
    public string Name => _model.Name;

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Passes on the newest sample; never waits.</summary>
    public void Show(NodeSnapshot snapshot) => _newest = snapshot;

    /// <summary>Turns the panel off and stops; does not wait for a panel that hangs.</summary>
    public void Dispose()
    {
        _end.Set();
        if (!_thread.IsAlive || _thread.Join(StopTimeout))
        {
            CloseDevices();
            _end.Dispose();
        }
    }

    /// <summary>Draws the current page, and shows it if it has changed.</summary>
    internal void Step()
    {
        var snapshot = _newest;
        _about = snapshot.About ?? _about;
        if (DisplayedTemperature.Find(snapshot) is { } temperature)
        {
            _source.History.Add(temperature, _time);
        }

        if (SensorValue.Find(snapshot, SensorsSection.Proximity)?[SensorsSection.Proximity] >= NearCounts)
        {
            _turner.Wake();
        }

        TakeKeys();
        _turner.Update(_source.Alert());
        if (!IsResting() && TryOpen(snapshot))
        {
            SetProblem(ShowPage(snapshot));
        }
    }

    private void Run()
    {
        do
        {
            TryStep();
        }
        while (!Wait());
    }

    private void TryStep()
    {
        try
        {
            Step();
        }
#pragma warning disable CA1031 // A bug in a page must not stop the agent; SetProblem logs it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            SetProblem($"{error.GetType().Name}: {error.Message}");
        }
    }

    /// <summary>Waits for the next frame, a key or the stop.</summary>
    /// <returns>Whether to stop.</returns>
    private bool Wait()
    {
        Span<PollDescriptor> descriptors = [new(_end.Descriptor), new(_keys?.Descriptor ?? -1)];
        return PollDescriptor.Wait(descriptors, _model.Period) > 0 && descriptors[0].IsReady;
    }

    private void TakeKeys()
    {
        while (_keys?.TryTakeKey(out var key) == true)
        {
            switch (key)
            {
                case LeftKey or UpKey:
                    _turner.Turn(-1);
                    break;
                case RightKey or DownKey:
                    _turner.Turn(1);
                    break;
                default:
                    _turner.Wake();
                    break;
            }
        }
    }

    private bool IsResting() => _problem is not null && _time.GetElapsedTime(_retried) < RetryPeriod;

    private bool TryOpen(NodeSnapshot snapshot)
    {
        if (_panel is not null)
        {
            return true;
        }

        _retried = _time.GetTimestamp();
        _found ??= _finder.Find(snapshot, out _);
        if (_found is null || _found.Model != _model)
        {
            _found = null;
            return false;
        }

        _panel = _found.Open();
        _isDark = false;
        _shown = null;
        _keys ??= InputDevice.Open(_source.Calls, _source.Roots, JoystickName);
        return true;
    }

    /// <summary>Draws the page, and shows it if it has changed.</summary>
    /// <returns>The problem, if any.</returns>
    private string? ShowPage(NodeSnapshot snapshot)
    {
        var now = _source.LocalTime(_time.GetUtcNow());
        var light = _turner.GetLight(IsNight(snapshot, now));
        if (light == PanelLight.Off)
        {
            var problem = _isDark ? null : _panel!.Show(picture: null);
            (_shown, _isDark) = (null, problem is null);
            return problem;
        }

        _isBeat = !_isBeat;
        _model.Draw(_canvas, _turner.Page, new DisplayContent
        {
            Snapshot = snapshot,
            About = _about,
            History = _source.History,
            Alert = _source.Alert(),
            Time = now,
            IsBeat = _isBeat,
        });
        if (light == PanelLight.Dim)
        {
            _model.Dim(_canvas);
        }

        var fingerprint = _canvas.Fingerprint;
        if (fingerprint == _shown)
        {
            return null;
        }

        (_shown, _isDark) = (fingerprint, false);
        return _panel!.Show(_canvas);
    }

    private bool IsNight(NodeSnapshot snapshot, TimeOnly now) =>
        (_source.Options.Night is { } night && now.IsBetween(night.From, night.To))
        || SensorValue.Find(snapshot, SensorsSection.Lux)?[SensorsSection.Lux] < NightLux;

    /// <summary>Logs changes: the first failure, and the recovery.</summary>
    private void SetProblem(string? problem)
    {
        if (problem is not null)
        {
            CloseDevices();
            _found = null;
            _retried = _time.GetTimestamp();
            if (_problem != problem)
            {
                Log.Failed(_logger, _model.Name, problem, RetryPeriod);
            }
        }
        else if (_problem is not null)
        {
            Log.Returned(_logger, _model.Name);
        }

        _problem = problem;
    }

    private void CloseDevices()
    {
        _panel?.Dispose();
        _panel = null;
        _keys?.Dispose();
        _keys = null;
    }
}
