using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Agent.Displays.Panels;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Tests.Devices;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Displays;

/// <summary>A display in use: drawn when something has changed, dim and dark in time, turned by keys, left alone when
/// it fails and tried again.</summary>
public sealed class DisplayLoopTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();
    private readonly DisplayOptions _options = new();
    private readonly RecordingPanel _panel = new();
    private AlertLevel? _alert;
    private TimeOnly _now = new(14, 5);

    public DisplayLoopTests()
    {
        // What the finder looks for again after a failure.
        _folder.Write("sys/class/graphics/fb0/virtual_size", "160,80\n");
        _folder.Write("sys/class/graphics/fb0/bits_per_pixel", "16\n");
        _folder.Write("dev/fb0", string.Empty);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_page_is_sent_again_only_when_it_has_changed()
    {
        using var loop = Make(DisplayModel.Enviro, "enviro-plus");
        loop.Step();
        loop.Step();
        Assert.Equal(1, _panel.Pictures);

        _now = new TimeOnly(14, 6);
        loop.Step();
        Assert.Equal(2, _panel.Pictures);

        _time.Advance(_options.PageTime);
        loop.Step();
        Assert.Equal(3, _panel.Pictures);
    }

    [Fact]
    public void The_heart_beats_at_every_step()
    {
        using var loop = Make(DisplayModel.SenseHat, "sense-hat");
        for (var step = 1; step <= 6; step++)
        {
            loop.Step();
            Assert.Equal(step, _panel.Pictures);
        }
    }

    [Fact]
    public void It_dims_after_a_while_and_a_hand_before_it_makes_it_bright()
    {
        using var loop = Make(DisplayModel.Enviro, "enviro-plus");
        loop.Step();
        var bright = _panel.Light;

        _time.Advance(_options.DimAfter!.Value);
        loop.Step();
        Assert.InRange(_panel.Light, 1, bright / 2);

        loop.Show(With(DisplaySamples.Read("enviro-plus"), SensorsSection.Proximity, DisplayLoop.NearCounts));
        loop.Step();
        Assert.True(_panel.Light > bright / 2);
    }

    [Theory]
    [InlineData("22:00", "06:00", 23, true)]
    [InlineData("22:00", "06:00", 5, true)]
    [InlineData("22:00", "06:00", 7, false)]
    public void It_is_dark_in_the_hours_of_the_night(string from, string to, int hour, bool isDark)
    {
        _options.Night = (TimeOnly.Parse(from, null), TimeOnly.Parse(to, null));
        _now = new TimeOnly(hour, 0);
        using var loop = Make(DisplayModel.Enviro, "no-sensors");
        loop.Step();
        Assert.True(_panel.Light > 0);

        _time.Advance(_options.DimAfter!.Value);
        loop.Step();
        loop.Step();

        Assert.Equal(isDark, _panel.Light == 0);
        Assert.Equal(isDark ? 1 : 0, _panel.Darks);
    }

    [Fact]
    public void It_is_dark_when_the_room_is_and_an_alert_lights_it()
    {
        using var loop = Make(DisplayModel.Enviro, "enviro-mini");
        _time.Advance(_options.DimAfter!.Value);
        loop.Step();
        Assert.Equal(0, _panel.Light);

        _alert = AlertLevel.Critical;
        loop.Step();
        Assert.True(_panel.Light > 0);
    }

    [Fact]
    public void A_panel_that_fails_is_logged_once_left_alone_and_opened_again()
    {
        using var loop = Make(DisplayModel.Enviro, "enviro-plus");
        _panel.Problem = "spidev0.1: I/O error";
        loop.Step();
        loop.Step();
        Assert.Equal(1, _panel.Tries);
        Assert.Equal(1, _panel.DisposeCount);

        // The finder knows a framebuffer, a file here.
        _time.Advance(DisplayLoop.RetryPeriod);
        loop.Step();

        Assert.Equal(160 * 80 * 2, new FileInfo(_folder["dev/fb0"]).Length);
        Assert.Single(_logger.Lines, static line => line.StartsWith("Warning 1501", StringComparison.Ordinal));
        Assert.Single(_logger.Lines, static line => line.StartsWith("Information 1502", StringComparison.Ordinal));
    }

    [Fact]
    public void A_fault_in_drawing_ends_neither_the_thread_nor_the_agent()
    {
        _panel.Exception = new InvalidOperationException("broken");
        var loop = Make(DisplayModel.Enviro, "enviro-plus");

        loop.Start();

        Assert.True(SpinWait.SpinUntil(() => Logged("broken"), Deadline));
        loop.Dispose();
    }

    [Fact]
    public void The_thread_draws_what_is_given_and_makes_the_panel_dark_in_the_end()
    {
        var loop = Make(DisplayModel.SenseHat, "sense-hat");

        loop.Start();

        Assert.True(SpinWait.SpinUntil(() => _panel.Pictures > 2, Deadline));
        loop.Dispose();
        Assert.Equal(1, _panel.DisposeCount);
    }

    /// <summary>The thread stays in the panel until the test releases it; nothing else waits for that.</summary>
    [Fact]
    public void A_panel_that_hangs_holds_up_neither_samples_nor_the_end()
    {
        _panel.Hang = new ManualResetEventSlim();
        var loop = Make(DisplayModel.Enviro, "enviro-plus");
        loop.Start();
        Assert.True(SpinWait.SpinUntil(() => _panel.IsHanging, Deadline));

        loop.Show(DisplaySamples.Read("hot"));
        loop.Dispose();

        Assert.True(_panel.IsHanging);
        Assert.Equal(0, _panel.DisposeCount);
        _panel.Hang.Set();
    }

    [Fact]
    public void Facts_that_samples_rarely_carry_stay_on_the_page()
    {
        using var loop = Make(DisplayModel.Enviro, "enviro-plus");
        _alert = AlertLevel.Warning;
        loop.Step();
        Assert.Equal(1, _panel.Pictures);

        loop.Show(DisplaySamples.Read("enviro-plus") with { About = null });
        loop.Step();

        Assert.Equal(1, _panel.Pictures);
    }

    [Fact]
    public void Keys_of_the_joystick_turn_pages()
    {
        _folder.Write("sys/class/input/event3/device/name", "Raspberry Pi Sense HAT Joystick\n");
        _folder.Write("dev/input/event3", string.Empty);
        using var loop = Make(DisplayModel.SenseHat, "sense-hat");
        loop.Step();

        // Right, pressed and released: the cores, and they stay.
        File.WriteAllBytes(_folder["dev/input/event3"], [.. InputEvents.Make(1, 106, 1), .. InputEvents.Make(1, 106, 0)]);
        loop.Step();
        var cores = _panel.Last!;
        _time.Advance(_options.PageTime);
        loop.Step();

        Assert.Equal(cores, _panel.Last);
    }

    [Fact]
    public void A_host_without_a_display_makes_nothing_and_looks_again()
    {
        Directory.Delete(_folder["sys"], recursive: true);
        var calls = new SimulatedFiles();
        using var host = new DisplayHost(Source(calls), _time, _logger);
        var snapshot = DisplaySamples.Read("no-sensors");
        host.Show(snapshot);
        Assert.Null(host.Name);

        _folder.Write("sys/class/graphics/fb0/virtual_size", "160,80\n");
        _folder.Write("sys/class/graphics/fb0/bits_per_pixel", "16\n");
        host.Show(snapshot);
        Assert.Null(host.Name);

        _time.Advance(DisplayHost.SearchPeriod);
        host.Show(snapshot);
        Assert.Equal("enviro", host.Name);
    }

    [Fact]
    public void A_configured_display_that_is_missing_is_logged_once()
    {
        _options.Choice = DisplayChoice.SenseHat;
        using var host = new DisplayHost(Source(new SimulatedFiles()), _time, _logger);
        for (var minute = 0; minute < 5; minute++)
        {
            host.Show(DisplaySamples.Read("no-sensors"));
            _time.Advance(DisplayHost.SearchPeriod);
        }

        Assert.Contains("dtoverlay=rpi-sense", Assert.Single(_logger.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_display_a_tick_costs_nothing()
    {
        _options.Choice = DisplayChoice.None;
        using var host = new DisplayHost(Source(new SimulatedFiles()), _time, _logger);
        var snapshot = DisplaySamples.Read("no-sensors");

        Allocation.AssertNone(() => host.Show(snapshot));
    }

    private static NodeSnapshot With(NodeSnapshot snapshot, Protocol.Catalog.FieldDefinition field, double value)
    {
        var section = new SectionBuilder(SensorsSection.Definition);
        section.Begin("x");
        section.Set(field, value);
        return snapshot with { Sections = [section.Build()!] };
    }

    private bool Logged(string text) => _logger.Lines.Any(line => line.Contains(text, StringComparison.Ordinal));

    private DisplayLoop Make(DisplayModel model, string sample)
    {
        var calls = new SimulatedFiles();
        var source = Source(calls);
        return new DisplayLoop(
            new DetectedDisplay(model, "simulated", () => _panel),
            source,
            new DisplayFinder(_options.Choice, source.Roots, calls),
            DisplaySamples.Read(sample),
            _time,
            _logger);
    }

    private DisplaySource Source(SimulatedFiles calls) => new(
        _options,
        new TemperatureHistory(),
        () => _alert,
        _ => _now,
        new KernelRoots { Proc = _folder["proc"], Sys = _folder["sys"], Dev = _folder["dev"] },
        calls);

    /// <summary>Keeps what it is shown.</summary>
    private sealed class RecordingPanel : IPanel
    {
        private volatile int _pictures;
        private volatile bool _isHanging;

        public int Pictures => _pictures;

        public int Darks { get; private set; }

        public int Tries { get; private set; }

        public int DisposeCount { get; private set; }

        public ushort[]? Last { get; private set; }

        /// <summary>Gets the sum of all parts of all colours.</summary>
        public int Light { get; private set; }

        public string? Problem { get; set; }

        public Exception? Exception { get; set; }

        public ManualResetEventSlim? Hang { get; set; }

        public bool IsHanging => _isHanging;

        public string? Show(Canvas? picture)
        {
            if (Exception is not null)
            {
                throw Exception;
            }

            _isHanging = Hang is { IsSet: false };
            Hang?.Wait();
            _isHanging = false;
            Tries++;
            Light = 0;
            Last = picture?.Pixels.ToArray();
            foreach (var pixel in Last ?? [])
            {
                var (red, green, blue) = Colour.ToRgb(pixel);
                Light += red + green + blue;
            }

            Darks += picture is null ? 1 : 0;
            _pictures += picture is null ? 0 : 1;
            return Problem;
        }

        public void Dispose() => DisposeCount++;
    }
}
