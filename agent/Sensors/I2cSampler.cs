using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Sensors;

/// <summary>The sensor chips of a HAT that no driver of the kernel has bound, on one I2C bus.</summary>
/// <remarks>Chips are measured at their own pace on a thread of their own; a tick copies what they said last.</remarks>
internal sealed class I2cSampler : ISampler, IDisposable
{
    /// <summary>Three measurements in a row have not come.</summary>
    public static readonly TimeSpan StaleAfter = 3 * ChipSlot.UsualPeriod;

    private readonly Chip[] _chips;
    private readonly IDisposable? _bus;
    private readonly EnviroPlus? _board;
    private readonly TimeBoxes _boxes;
    private readonly SlowWork _work;

    /// <summary>Initializes a new instance of the <see cref="I2cSampler"/> class.</summary>
    /// <param name="slots">The addresses at which chips may be.</param>
    /// <param name="bus">The bus, to be closed in the end.</param>
    /// <param name="filter">Which sensors.</param>
    /// <param name="wait">How long a tick waits for them the first time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="board">The board, if it may be an Enviro+.</param>
    public I2cSampler(
        IEnumerable<ChipSlot> slots,
        IDisposable? bus,
        NameFilter filter,
        TimeSpan wait,
        TimeProvider time,
        EnviroPlus? board = null)
    {
        var names = new HashSet<string>();
        _chips =
        [
            .. slots.Select(slot =>
                new Chip(slot, new LastMeasurement(StaleAfter, time), new EntryNames(filter, slot.Place, names))),
        ];
        _bus = bus;
        _board = board;
        _boxes = new TimeBoxes("I2C", wait, countMax: 1);
        _work = new SlowWork(Refresh);
    }

    /// <inheritdoc/>
    public string Name => "i2c";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        if (!_boxes.IsRunning(_work))
        {
            Take();
            if (IsAnyDue() && _boxes.TryRun(_work))
            {
                Take();
            }
        }

        var outcome = SampleOutcome.NoData;
        foreach (var chip in _chips)
        {
            outcome = chip.HasFailed ? SampleOutcome.Failed : outcome;
            if (chip.Last.IsKnown && chip.Last.AddTo(into.Section(SensorsSection.Definition), chip.Names))
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
            foreach (var chip in _chips)
            {
                chip.Slot.Stop();
            }

            _board?.Dispose();
            _bus?.Dispose();
        }

        _boxes.Dispose();
    }

    private bool IsAnyDue()
    {
        foreach (var chip in _chips)
        {
            if (chip.Slot.IsDue)
            {
                return true;
            }
        }

        return false;
    }

    private void Refresh()
    {
        _board?.Look();
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
            if (chip.Slot.IsBound)
            {
                // From now on the kernel tells what it measures.
                chip.Last.Forget();
            }

            chip.Slot.TryTake(chip.Last);
        }
    }

    /// <summary>A chip, and what it said last.</summary>
    private sealed class Chip(ChipSlot slot, LastMeasurement last, EntryNames names)
    {
        public ChipSlot Slot => slot;

        public LastMeasurement Last => last;

        public EntryNames Names => names;

        public bool HasFailed { get; set; }
    }
}
