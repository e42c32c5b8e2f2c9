using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sensors;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers;

/// <summary>The sensor chips of a HAT that no driver of the kernel has bound, on one I2C bus.</summary>
/// <remarks>Chips are measured at their own pace on a thread of their own; a tick copies what they said last.</remarks>
internal sealed class I2cSampler : ISampler, IDisposable
{
    /// <summary>How often chips measure: more often only warms them.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>Three measurements in a row have not come.</summary>
    public static readonly TimeSpan StaleAfter = 3 * Period;

    private readonly Chip[] _chips;
    private readonly NameFilter _filter;
    private readonly TimeProvider _time;
    private readonly IDisposable? _bus;
    private readonly TimeBoxes _boxes;
    private readonly SlowWork _work;
    private long? _asked;

    /// <summary>Initializes a new instance of the <see cref="I2cSampler"/> class.</summary>
    /// <param name="slots">The addresses at which chips may be.</param>
    /// <param name="bus">The bus, to be closed in the end.</param>
    /// <param name="filter">Which sensors.</param>
    /// <param name="wait">How long a tick waits for them the first time.</param>
    /// <param name="time">The clock.</param>
    public I2cSampler(
        IEnumerable<ChipSlot> slots, IDisposable? bus, NameFilter filter, TimeSpan wait, TimeProvider time)
    {
        _chips = [.. slots.Select(slot => new Chip(slot, new LastMeasurement(StaleAfter, time)))];
        _bus = bus;
        _filter = filter;
        _time = time;
        _boxes = new TimeBoxes("I2C", wait, countMax: 1);
        _work = new SlowWork(Refresh);
    }

    /// <inheritdoc/>
    public string Name => "i2c";

    /// <summary>Makes the sampler of a bus.</summary>
    /// <param name="roots">Where devices and sysfs are.</param>
    /// <param name="bus">The bus' number.</param>
    /// <param name="filter">Which sensors.</param>
    /// <param name="wait">How long a tick waits for them the first time.</param>
    /// <param name="time">The clock.</param>
    public static I2cSampler Create(KernelRoots roots, int bus, NameFilter filter, TimeSpan wait, TimeProvider time)
    {
        var adapter = new LinuxI2cBus(roots.DevFile($"i2c-{bus}"));
        return new I2cSampler(
            KnownChips.All.Select(known => new ChipSlot(
                known.Make(adapter.Device(known.Address), Thread.Sleep),
                () => IsBound(roots, bus, known.Address),
                time)),
            adapter,
            filter,
            wait,
            time);
    }

    /// <summary>Tells whether a driver of the kernel has an address: two drivers of one chip spoil each other's
    /// measurements, and I2C_RDWR does not look.</summary>
    public static bool IsBound(KernelRoots roots, int bus, byte address) =>
        Path.Exists(roots.SysFile($"bus/i2c/devices/{bus}-{address:x4}/driver"));

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        if (!_boxes.IsRunning(_work))
        {
            Take();
            if (_asked is not { } asked || _time.GetElapsedTime(asked) >= Period)
            {
                _asked = _time.GetTimestamp();
                if (_boxes.TryRun(_work))
                {
                    Take();
                }
            }
        }

        var outcome = SampleOutcome.NoData;
        foreach (var chip in _chips)
        {
            outcome = chip.HasFailed ? SampleOutcome.Failed : outcome;
            if (_filter.Decide(chip.Slot.Name) != false && chip.Last.IsKnown
                && chip.Last.AddTo(into.Section(SensorsSection.Definition)))
            {
                outcome = outcome == SampleOutcome.NoData ? SampleOutcome.Ok : outcome;
            }
        }

        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_boxes.IsRunning(_work))
        {
            // The bus is the other thread's until it ends.
            _boxes.Abandon(_work);
        }
        else
        {
            _bus?.Dispose();
        }

        _boxes.Dispose();
    }

    private void Refresh()
    {
        foreach (var chip in _chips)
        {
            chip.Slot.Refresh();
        }
    }

    private void Take()
    {
        foreach (var chip in _chips)
        {
            chip.HasFailed = chip.Slot.HasFailed;
            chip.Slot.TryTake(chip.Last);
        }
    }

    /// <summary>A chip, and what it said last.</summary>
    private sealed class Chip(ChipSlot slot, LastMeasurement last)
    {
        public ChipSlot Slot => slot;

        public LastMeasurement Last => last;

        public bool HasFailed { get; set; }
    }
}
