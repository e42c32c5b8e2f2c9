using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>An address at which a chip may be: looks for it, measures, and keeps what it said last.</summary>
/// <remarks><see cref="Refresh"/> runs on the bus' thread, everything else on the sampling one; never both at a
/// time.</remarks>
/// <param name="chip">The driver.</param>
/// <param name="isBound">Whether a driver of the kernel has the address: then it must be left alone.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it is told what was found and lost.</param>
internal sealed partial class ChipSlot(ISensorChip chip, Func<bool> isBound, TimeProvider time, ILogger logger)
{
    /// <summary>How often chips measure that do not say otherwise: more often only warms them.</summary>
    public static readonly TimeSpan UsualPeriod = TimeSpan.FromSeconds(10);

    /// <summary>How often an address at which nobody is, is asked again: HATs are not plugged in while running, but
    /// cables come loose.</summary>
    public static readonly TimeSpan SearchPeriod = TimeSpan.FromSeconds(60);

    /// <summary>How often an address is asked again at which another chip is: somebody else uses that one.</summary>
    public static readonly TimeSpan OtherChipPeriod = TimeSpan.FromMinutes(10);

    private readonly SectionBuilder _pending = new(SensorsSection.Definition);
    private TimeSpan _searchPeriod = SearchPeriod;
    private long? _refreshed;
    private long? _searched;
    private int? _other;
    private bool _isPresent;
    private bool _isTold;
    private bool _hasAnswer;

    /// <summary>Gets where it is: <c>1-0076</c>.</summary>
    public string Place => chip.Place;

    /// <summary>Gets a value indicating whether the chip was there, and did not answer the last time.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Gets a value indicating whether a driver of the kernel had the address the last time.</summary>
    public bool IsBound { get; private set; }

    /// <summary>Gets a value indicating whether it is time for <see cref="Refresh"/>.</summary>
    public bool IsDue => _refreshed is not { } refreshed || time.GetElapsedTime(refreshed) >= chip.Period;

    /// <summary>Looks for the chip, or measures, if it is time. Takes as long as the chip needs.</summary>
    public void Refresh()
    {
        if (!IsDue)
        {
            return;
        }

        _refreshed = time.GetTimestamp();
        IsBound = isBound();
        if (IsBound)
        {
            _isPresent = HasFailed = _hasAnswer = false;
        }
        else if (_isPresent || Search())
        {
            Measure();
            _hasAnswer = !HasFailed;
        }
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

    /// <summary>Lets the chip rest, if it is there: the program ends.</summary>
    public void Stop()
    {
        if (_isPresent && !isBound())
        {
            chip.Stop();
        }
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
        if (!HasFailed && _searched is { } searched && time.GetElapsedTime(searched) < _searchPeriod)
        {
            return false;
        }

        _searched = time.GetTimestamp();
        _searchPeriod = SearchPeriod;
        var identity = chip.Identify();
        _isPresent = identity.IsKnown && chip.Start() == BusOutcome.Ok;
        Tell(identity);
        HasFailed &= _isPresent;
        if (_isPresent)
        {
            // The first measurement after power-up is the chip's own temperature shock: it is thrown away.
            Measure();
        }

        return _isPresent;
    }

    /// <summary>Tells of what has changed: a chip that comes and goes makes two lines in a search period at most.
    /// </summary>
    private void Tell(ChipIdentity identity)
    {
        if (_isPresent && !_isTold)
        {
            Log.Found(logger, chip.PartNumber, Place);
            _isTold = true;
        }
        else if (!_isPresent && HasFailed)
        {
            Log.Lost(logger, chip.PartNumber, Place, SearchPeriod);
            _isTold = false;
        }

        if (identity.Other is { } other)
        {
            _searchPeriod = OtherChipPeriod;
            if (_other != other)
            {
                _other = other;
                Log.OtherChip(logger, Place, other, chip.PartNumber);
            }
        }
    }
}
