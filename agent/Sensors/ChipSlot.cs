using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Sensors.Quality;

namespace NodeTelemetry.Agent.Sensors;

/// <summary>One I2C address at which a chip may be: detects the chip, measures, and keeps the last measurement.
/// </summary>
/// <remarks><see cref="Refresh"/> runs on the bus thread, everything else on the sampling thread,
/// never both at a time.</remarks>
/// <param name="chip">The driver.</param>
/// <param name="isBound">Returns whether a kernel driver has bound the address; it is then left alone.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs chips that are detected and lost.</param>
internal sealed partial class ChipSlot(IChipDriver chip, Func<bool> isBound, TimeProvider time, ILogger logger)
{
    /// <summary>Three measurements in a row are missing.</summary>
    public static readonly TimeSpan StaleAfter = 3 * ChipModel.DefaultPeriod;

    /// <summary>How often an address with a different chip is probed: another program uses that chip.</summary>
    public static readonly TimeSpan OtherChipPeriod = TimeSpan.FromMinutes(10);

    private TimeSpan _probePeriod = ChipModel.ProbePeriod;
    private long? _refreshed;
    private long? _probed;
    private int? _other;
    private bool _isPresent;
    private bool _isReported;
    private bool _isBound;
    private bool _hasFailed;
    private bool _hasResult;

    /// <summary>Gets the bus and address, such as <c>1-0076</c>.</summary>
    public string Place => chip.Place;

    /// <summary>Gets the last measurement.</summary>
    public LastMeasurement Last { get; } = new(StaleAfter, time);

    /// <summary>Gets a value indicating whether a detected chip did not respond when last taken.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Gets a value indicating whether the next <see cref="Refresh"/> measures or probes.</summary>
    public bool IsDue => _refreshed is not { } refreshed || time.GetElapsedTime(refreshed) >= chip.Period;

    /// <summary>Measures, or probes for the chip, if due. Blocks as long as the chip needs.</summary>
    public void Refresh()
    {
        if (!IsDue)
        {
            return;
        }

        _refreshed = time.GetTimestamp();
        _isBound = isBound();
        if (_isBound)
        {
            _isPresent = _hasFailed = _hasResult = false;
        }
        else if (_isPresent || Probe())
        {
            Measure();
            _hasResult = !_hasFailed;
        }
    }

    /// <summary>Takes the result of <see cref="Refresh"/>.</summary>
    public void Take()
    {
        HasFailed = _hasFailed;
        if (_isBound)
        {
            // From now on the IIO sampler reports this chip.
            Last.Forget();
        }

        if (_hasResult)
        {
            _hasResult = false;
            Last.Take();
        }
    }

    /// <summary>Powers the chip down when the agent stops.</summary>
    public void Stop()
    {
        if (_isPresent && !isBound())
        {
            chip.Stop();
        }
    }

    private void Measure()
    {
        Last.Begin(chip.Name, chip.PartNumber);
        _hasFailed = chip.Measure(Last.Pending) != BusOutcome.Ok;
        _isPresent = !_hasFailed;
    }

    private bool Probe()
    {
        // A single transfer may fail, so a chip that has just failed is probed at once.
        if (!_hasFailed && _probed is { } probed && time.GetElapsedTime(probed) < _probePeriod)
        {
            return false;
        }

        _probed = time.GetTimestamp();
        _probePeriod = ChipModel.ProbePeriod;
        var identity = chip.Identify();
        _isPresent = identity.IsKnown && chip.Start() == BusOutcome.Ok;
        LogChange(identity);
        _hasFailed &= _isPresent;
        if (_isPresent)
        {
            // The first measurement after power-up shows the chip's own thermal transient and is discarded.
            Measure();
        }

        return _isPresent;
    }

    /// <summary>Logs changes only: a chip with a loose contact causes at most two lines per probe period.</summary>
    private void LogChange(ChipIdentity identity)
    {
        if (_isPresent && !_isReported)
        {
            Log.Detected(logger, chip.PartNumber, Place);
            _isReported = true;
        }
        else if (!_isPresent && _hasFailed)
        {
            Log.Lost(logger, chip.PartNumber, Place, ChipModel.ProbePeriod);
            _isReported = false;
        }

        if (identity.Other is { } other)
        {
            _probePeriod = OtherChipPeriod;
            if (_other != other)
            {
                _other = other;
                Log.OtherChip(logger, Place, other, chip.PartNumber);
            }
        }
    }
}
