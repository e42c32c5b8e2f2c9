using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>The inputs of one hwmon chip or thermal zone, which are read together.</summary>
/// <remarks>Registers are read at every tick. A chip behind a bus, or one that has once been slow, is a slow source:
/// a dead NVMe drive takes a minute to fail.</remarks>
internal sealed class HwmonChip
{
    /// <summary>The read period of a slow chip.</summary>
    public static readonly TimeSpan SlowPeriod = TimeSpan.FromSeconds(10);

    /// <summary>The age at which the readings of a chip that hangs are no longer sent.</summary>
    public static readonly TimeSpan AgeMax = 3 * SlowPeriod;

    /// <summary>How often limits and switches are read: an administrator's program such as <c>sensors -s</c> sets them.
    /// </summary>
    public static readonly TimeSpan LimitPeriod = TimeSpan.FromMinutes(10);

    /// <summary>Reading all sensors of a board takes about as long as this.</summary>
    private static readonly TimeSpan FastMax = TimeSpan.FromMilliseconds(1);

    private readonly List<SensorInput> _inputs = [];
    private readonly List<SensorInput> _limits = [];
    private readonly TimeBoxes _boxes;
    private readonly TimeProvider _time;
    private SlowSource<bool>? _slow;
    private long? _limitsRead;

    /// <summary>Initializes a new instance of the <see cref="HwmonChip"/> class.</summary>
    /// <param name="isSlow">Whether the chip is behind a bus.</param>
    /// <param name="boxes">The threads for slow chips.</param>
    /// <param name="time">The clock.</param>
    public HwmonChip(bool isSlow, TimeBoxes boxes, TimeProvider time)
    {
        _boxes = boxes;
        _time = time;
        _slow = isSlow ? CreateSlowSource(wasLate: false) : null;
    }

    /// <summary>Gets a value indicating whether the chip has no selected input.</summary>
    public bool IsEmpty => _inputs.Count == 0;

    /// <summary>Gets a value indicating whether an input could not be read.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Gets the number of readings so far.</summary>
    public int ReadingCount { get; private set; }

    /// <summary>Gets the pause between two readings after which any change of a temperature is plausible.</summary>
    public TimeSpan SpikePauseMax => _slow is null ? SpikeRule.PauseMax : AgeMax;

    /// <summary>Gets a value indicating whether the last readings are too old to be sent.</summary>
    public bool IsOutdated => _slow?.Age > AgeMax;

    /// <summary>Adds an input that is read every time.</summary>
    public void AddInput(SensorInput input) => _inputs.Add(input);

    /// <summary>Adds a limit, which is read every <see cref="LimitPeriod"/>.</summary>
    public void AddLimit(SensorInput limit) => _limits.Add(limit);

    /// <summary>Reads the chip, or starts reading a slow one if due.</summary>
    public void Refresh()
    {
        if (_slow is not null)
        {
            _slow.Refresh();
            return;
        }

        var start = _time.GetTimestamp();
        Take(Read());
        if (_time.GetElapsedTime(start) > FastMax)
        {
            _slow = CreateSlowSource(wasLate: true);
        }
    }

    /// <summary>Closes the chip's files.</summary>
    public void Close()
    {
        if (_slow is null)
        {
            CloseFiles();
        }
        else
        {
            _slow.Close(CloseFiles);
        }
    }

    private SlowSource<bool> CreateSlowSource(bool wasLate) =>
        new(_boxes, SlowPeriod, Read, Take, _time) { WasLate = wasLate };

    private void CloseFiles()
    {
        foreach (var input in (SensorInput[])[.. _inputs, .. _limits])
        {
            input.Dispose();
        }
    }

    private bool Read()
    {
        if (_limitsRead is not { } last || _time.GetElapsedTime(last) >= LimitPeriod)
        {
            _limitsRead = _time.GetTimestamp();
            ReadLimits();
        }

        foreach (var input in _inputs)
        {
            input.Read();
        }

        return true;
    }

    private void ReadLimits()
    {
        foreach (var input in _inputs)
        {
            input.ReadSwitches();
        }

        foreach (var limit in _limits)
        {
            limit.Read();
            limit.Dispose();
        }
    }

    private void Take(bool isRead)
    {
        ReadingCount++;
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
