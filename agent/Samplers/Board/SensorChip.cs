using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>The inputs of one hardware monitor or thermal zone, which are read together.</summary>
/// <remarks>What answers from a register is read at every tick. What has to be asked over a bus, or has once taken
/// long,
/// is read rarely and on another thread: a dead NVMe drive takes a minute to fail.</remarks>
internal sealed class SensorChip
{
    /// <summary>How often a slow chip is read.</summary>
    public static readonly TimeSpan SlowPeriod = TimeSpan.FromSeconds(10);

    /// <summary>What is older is not told any more: the chip hangs.</summary>
    public static readonly TimeSpan AgeMax = 3 * SlowPeriod;

    /// <summary>All readings of a board take about as long as this.</summary>
    private static readonly TimeSpan FastMax = TimeSpan.FromMilliseconds(1);

    private readonly List<SensorInput> _inputs = [];
    private readonly List<SensorInput> _limits = [];
    private readonly TimeProvider _time;
    private SlowWork? _work;
    private bool _hasLimits;
    private long? _asked;

    /// <summary>Initializes a new instance of the <see cref="SensorChip"/> class.</summary>
    /// <param name="isSlow">Whether it has to be asked over a bus.</param>
    /// <param name="time">The clock.</param>
    public SensorChip(bool isSlow, TimeProvider time)
    {
        _time = time;
        _work = isSlow ? new SlowWork(Read) : null;
    }

    /// <summary>Gets a value indicating whether nothing of it is read.</summary>
    public bool IsEmpty => _inputs.Count == 0;

    /// <summary>Gets a value indicating whether an input could not be read.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Gets a value indicating whether what it said last is too old to be told.</summary>
    public bool IsOutdated => _work is not null && _asked is { } asked && _time.GetElapsedTime(asked) > AgeMax;

    /// <summary>Adds what is read every time.</summary>
    public void AddInput(SensorInput input) => _inputs.Add(input);

    /// <summary>Adds what is read once.</summary>
    public void AddLimit(SensorInput limit) => _limits.Add(limit);

    /// <summary>Reads it, or has it read.</summary>
    public void Refresh(TimeBoxes boxes)
    {
        if (_work is null)
        {
            var start = _time.GetTimestamp();
            Read();
            Take();
            if (_time.GetElapsedTime(start) > FastMax)
            {
                _asked = start;
                _work = new SlowWork(Read) { WasLate = true };
            }

            return;
        }

        if (boxes.IsRunning(_work))
        {
            return;
        }

        Take();
        if (_asked is not { } asked || _time.GetElapsedTime(asked) >= SlowPeriod)
        {
            _asked = _time.GetTimestamp();
            if (boxes.TryRun(_work))
            {
                Take();
            }
        }
    }

    /// <summary>Forgets it.</summary>
    public void Close(TimeBoxes boxes)
    {
        if (_work is not null && boxes.IsRunning(_work))
        {
            // The files are the other thread's until it ends, which may be never.
            boxes.Abandon(_work);
            return;
        }

        foreach (var input in (SensorInput[])[.. _inputs, .. _limits])
        {
            input.Dispose();
        }
    }

    private void Read()
    {
        foreach (var input in _inputs)
        {
            input.Read();
        }

        if (!_hasLimits)
        {
            _hasLimits = true;
            foreach (var limit in _limits)
            {
                limit.Read();
                limit.Dispose();
            }
        }
    }

    private void Take()
    {
        HasFailed = false;
        foreach (var input in _inputs)
        {
            input.Take();
            HasFailed |= input.HasFailed;
        }

        foreach (var limit in _limits)
        {
            limit.Take();
        }
    }
}
