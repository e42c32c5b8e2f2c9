using System.Globalization;
using System.Text;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>The file in which baselines of gas sensors outlive a restart.</summary>
/// <remarks>
/// A line for each: sensor, field, ohms. Written at most once an hour, only when a baseline has moved by a percent, and
/// at the end: an SD card wears out by writing. Written apart from the tick, beside the old file, which is then
/// replaced.
/// </remarks>
internal sealed class GasBaselineFile : IDisposable
{
    /// <summary>The name of the file.</summary>
    public const string Name = "gas-baselines";

    /// <summary>The least time between two writes.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>What a ratio cannot show is not worth a write.</summary>
    private const double MovedRatio = 0.01;

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
    /// <param name="folder">Where it is.</param>
    /// <param name="baselines">What it holds.</param>
    /// <param name="time">The clock.</param>
    public GasBaselineFile(string folder, GasBaselines baselines, TimeProvider time)
    {
        FullName = Path.Join(folder, Name);
        _baselines = baselines;
        _time = time;
        _write = Write;
        Load();
    }

    /// <summary>Gets where it is.</summary>
    public string FullName { get; }

    /// <summary>Takes what is wrong with the file since the last time, as the end of a sentence; <see langword="null"/>
    /// if nothing is.</summary>
    public string? TakeProblem()
    {
        var problem = _problem;
        _problem = null;
        return problem;
    }

    /// <summary>Writes the file if it is time; does not wait for it.</summary>
    /// <returns>Whether writing was begun.</returns>
    public bool SaveWhenDue()
    {
        var isDue = _lastSaved is not { } saved || _time.GetElapsedTime(saved) >= Period;
        if (!isDue || _box.IsBusy || !HasMoved())
        {
            return false;
        }

        Prepare();
        return _box.TryStart(_write);
    }

    /// <summary>Writes what has changed.</summary>
    public void Dispose()
    {
        if (!_box.IsBusy && HasMoved())
        {
            Prepare();
            Write();
        }

        _box.Dispose();
    }

    private bool HasMoved()
    {
        if (_isUnwritten)
        {
            return true;
        }

        for (var index = 0; index < _baselines.Count; index++)
        {
            if (_baselines[index].Ohms is { } ohms && Math.Abs(ohms - _saved[index]) > MovedRatio * _saved[index])
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
            if (ohms is { } known)
            {
                _saved[index] = known;
                text.Append(CultureInfo.InvariantCulture, $"{sensor} {field.WireName} {known:F1}\n");
            }
        }

        _text = Encoding.UTF8.GetBytes(text.ToString());
    }

    private void Write()
    {
        var part = FullName + ".new";
        try
        {
            using (var file = new FileStream(part, FileMode.Create, FileAccess.Write))
            {
                file.Write(_text);

                // Without it a loss of power may leave an empty file in the place of the old one.
                file.Flush(flushToDisk: true);
            }

            File.Move(part, FullName, overwrite: true);
            _isUnwritten = false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _isUnwritten = true;
            _problem = "cannot be written: there is no such folder, no room, or the agent's user may not write there";
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
            // The first start; if the folder is missing, writing says so.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _problem = "cannot be read, so that baselines are learnt anew";
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
                _problem = $"makes no sense in line {number}, so that this baseline is learnt anew";
            }
        }

        for (var index = 0; index < _baselines.Count; index++)
        {
            _saved[index] = _baselines[index].Ohms ?? 0;
        }
    }
}
