using System.Globalization;
using System.Text;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>The file that keeps the baselines of gas sensors across restarts.</summary>
/// <remarks>
/// One line per baseline: sensor, field, ohms. To spare SD cards, it is written at most once an hour,
/// only when a baseline has changed by one percent, and when the agent stops.
/// It is written on another thread, to a new file that then replaces the old one.
/// </remarks>
internal sealed class GasBaselineFile : IDisposable
{
    /// <summary>The name of the file.</summary>
    public const string Name = "gas-baselines";

    /// <summary>The minimum time between two writes.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>Smaller changes are not visible in the ratio.</summary>
    private const double ChangeRatioMin = 0.01;

    /// <summary>Far more than <see cref="GasBaselines.CountMax"/> lines.</summary>
    private const int BytesMax = 4096;

    private readonly GasBaselines _baselines;
    private readonly TimeProvider _time;
    private readonly TimeBox _box = new("state", TimeSpan.Zero);
    private readonly double[] _saved = new double[GasBaselines.CountMax];
    private readonly Action _write;
    private long? _lastSaved;
    private byte[] _text = [];
    private volatile string? _problem;
    private volatile bool _isUnwritten;

    /// <summary>Initializes a new instance of the <see cref="GasBaselineFile"/> class and reads the file.</summary>
    /// <param name="directory">The directory of the file.</param>
    /// <param name="baselines">The baselines to load and save.</param>
    /// <param name="time">The clock.</param>
    public GasBaselineFile(string directory, GasBaselines baselines, TimeProvider time)
    {
        FullName = Path.Join(directory, Name);
        _baselines = baselines;
        _time = time;
        _write = Write;
        Load();
    }

    /// <summary>Gets the path of the file.</summary>
    public string FullName { get; }

    /// <summary>Returns and clears the last error, as the end of a sentence; <see langword="null"/> if there is none.
    /// </summary>
    public string? TakeProblem()
    {
        var problem = _problem;
        _problem = null;
        return problem;
    }

    /// <summary>Starts writing the file if due.</summary>
    /// <returns>Whether a write was started.</returns>
    public bool SaveWhenDue()
    {
        var isDue = _lastSaved is not { } saved || _time.GetElapsedTime(saved) >= Period;
        if (!isDue || _box.IsBusy || !HasChanged())
        {
            return false;
        }

        Prepare();
        return _box.TryStart(_write);
    }

    /// <summary>Writes changes and stops the thread.</summary>
    public void Dispose()
    {
        if (!_box.IsBusy && HasChanged())
        {
            Prepare();
            Write();
        }

        _box.Dispose();
    }

    private bool HasChanged()
    {
        if (_isUnwritten)
        {
            return true;
        }

        for (var index = 0; index < _baselines.Count; index++)
        {
            if (_baselines[index].Ohms is { } ohms && Math.Abs(ohms - _saved[index]) > ChangeRatioMin * _saved[index])
            {
                return true;
            }
        }

        return false;
    }

    private void Prepare()
    {
        _lastSaved = _time.GetTimestamp();
        var text = new StringBuilder();
        for (var index = 0; index < _baselines.Count; index++)
        {
            var (sensor, field, ohms) = _baselines[index];
            if (ohms is { } baseline)
            {
                _saved[index] = baseline;
                text.Append(CultureInfo.InvariantCulture, $"{sensor} {field.WireName} {baseline:F1}\n");
            }
        }

        _text = Encoding.UTF8.GetBytes(text.ToString());
    }

    private void Write()
    {
        try
        {
            DurableFile.Replace(FullName, _text);
            _isUnwritten = false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _isUnwritten = true;
            _problem = "cannot be written: no such directory, disk full, or no permission";
        }
    }

    private void Load()
    {
        var bytes = new byte[BytesMax];
        try
        {
            using var file = File.OpenHandle(FullName);
            var length = RandomAccess.Read(file, bytes, 0);
            Parse(Encoding.UTF8.GetString(bytes, 0, length));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // The first start. A missing directory is reported when writing.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _problem = "cannot be read; the baselines are learned again";
        }
    }

    private void Parse(string text)
    {
        var number = 0;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            number++;
            var words = line.Split(' ');
            if (words.Length != 3
                || !double.TryParse(words[2], NumberStyles.Float, CultureInfo.InvariantCulture, out var ohms)
                || !(ohms > 0 && double.IsFinite(ohms))
                || !_baselines.TryRestore(words[0], words[1], ohms))
            {
                _problem = $"is invalid in line {number}; this baseline is learned again";
            }
        }

        for (var index = 0; index < _baselines.Count; index++)
        {
            _saved[index] = _baselines[index].Ohms ?? 0;
        }
    }
}
