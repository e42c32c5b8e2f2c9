using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Sensors;

/// <summary>The sensor chips on one I2C bus that no kernel driver has bound.</summary>
/// <remarks>Chips are measured at their own pace on the bus thread; a tick copies the last measurements.</remarks>
internal sealed class I2cSampler : ISampler, IDisposable
{
    private readonly (ChipSlot Slot, EntryNames Names)[] _chips;
    private readonly IDisposable? _bus;
    private readonly EnviroPlus? _board;
    private readonly TimeBoxes _boxes;
    private readonly SlowSource<bool> _source;

    /// <summary>Initializes a new instance of the <see cref="I2cSampler"/> class.</summary>
    /// <param name="slots">The addresses at which chips may be.</param>
    /// <param name="bus">The bus, disposed of with the sampler.</param>
    /// <param name="filter">Selects sensors by name.</param>
    /// <param name="wait">How long the first tick waits for the chips.</param>
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
        _chips = [.. slots.Select(slot => (slot, new EntryNames(filter, slot.Place, names)))];
        _bus = bus;
        _board = board;
        _boxes = new TimeBoxes("I2C", wait, countMax: 1);
        _source = new SlowSource<bool>(_boxes, IsAnyDue, Measure, Take, time);
    }

    /// <inheritdoc/>
    public string Name => "i2c";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        _source.Refresh();
        var outcome = SampleOutcome.NoData;
        foreach (var (slot, names) in _chips)
        {
            outcome = slot.HasFailed ? SampleOutcome.Failed : outcome;
            if (slot.Last.IsCurrent && slot.Last.AddTo(into.Section(SensorsSection.Definition), names))
            {
                outcome = outcome == SampleOutcome.NoData ? SampleOutcome.Ok : outcome;
            }
        }

        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _source.Close(() =>
        {
            foreach (var (slot, _) in _chips)
            {
                slot.Stop();
            }

            _board?.Dispose();
            _bus?.Dispose();
        });
        _boxes.Dispose();
    }

    private bool IsAnyDue()
    {
        foreach (var (slot, _) in _chips)
        {
            if (slot.IsDue)
            {
                return true;
            }
        }

        return false;
    }

    private bool Measure()
    {
        _board?.Refresh();
        foreach (var (slot, _) in _chips)
        {
            slot.Refresh();
        }

        return true;
    }

    private void Take(bool isMeasured)
    {
        foreach (var (slot, _) in _chips)
        {
            slot.Take();
        }
    }
}
