using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors;

/// <summary>An address at which a chip may be: looks for it, measures, and keeps what it said last.</summary>
/// <remarks><see cref="Refresh"/> runs on the bus' thread, <see cref="TryTake"/> on the sampling one; never both at a
/// time.</remarks>
/// <param name="chip">The driver.</param>
/// <param name="isBound">Whether a driver of the kernel has the address: then it must be left alone.</param>
/// <param name="time">The clock.</param>
internal sealed class ChipSlot(ISensorChip chip, Func<bool> isBound, TimeProvider time)
{
    /// <summary>How often an address at which nobody is, is asked again: HATs are not plugged in while running, but
    /// cables come loose.</summary>
    public static readonly TimeSpan SearchPeriod = TimeSpan.FromSeconds(60);

    private readonly SectionBuilder _pending = new(SensorsSection.Definition);
    private long? _searched;
    private bool _isPresent;
    private bool _hasAnswer;

    /// <summary>Gets the chip's name.</summary>
    public string Name => chip.Name;

    /// <summary>Gets a value indicating whether the chip was there, and did not answer the last time.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Looks for the chip, or measures. Takes as long as the chip needs.</summary>
    public void Refresh()
    {
        if (isBound())
        {
            _isPresent = HasFailed = false;
            return;
        }

        if (!_isPresent && !Search())
        {
            return;
        }

        Measure();
        _hasAnswer = !HasFailed;
    }

    /// <summary>Hands over what the chip has said since the last time.</summary>
    /// <returns>Whether there is anything new.</returns>
    public bool TryTake(LastMeasurement into)
    {
        if (!_hasAnswer)
        {
            return false;
        }

        _hasAnswer = false;
        into.Take(_pending);
        return true;
    }

    private void Measure()
    {
        _pending.Clear();
        _pending.Begin(chip.Name);
        _pending.Set(SensorsSection.Chip, chip.PartNumber);
        HasFailed = chip.Measure(_pending) != BusOutcome.Ok;
        _isPresent = !HasFailed;
    }

    private bool Search()
    {
        // One that has just gone is looked for at once: a transfer may fail once.
        if (!HasFailed && _searched is { } searched && time.GetElapsedTime(searched) < SearchPeriod)
        {
            return false;
        }

        _searched = time.GetTimestamp();
        _isPresent = chip.Start() == BusOutcome.Ok;
        HasFailed &= _isPresent;
        if (_isPresent)
        {
            // The first measurement after power-up is the chip's own temperature shock: it is thrown away.
            Measure();
        }

        return _isPresent;
    }
}
