using System.Text;
using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Textfile;

/// <summary>The files <c>*.prom</c> in a directory, in the format of node_exporter's textfile collector.</summary>
/// <remarks>
/// One thread scans, others read <see cref="Files"/>. A malformed file is left out as a whole:
/// half of it would be wrong without notice. Allocates nothing while no file changes.
/// </remarks>
internal sealed partial class TextfileDirectory : IDisposable
{
    /// <summary>One file for each source without an exporter.</summary>
    public const int FileCountMax = 32;

    /// <summary>All series that are sent, with the longest of comments.</summary>
    public const int FileBytesMax = 128 * 1024;

    /// <summary>The maximum over all files: at 60 bytes each, a dozen datagrams per tick.
    /// Larger sources have an exporter.</summary>
    public const int SeriesCountMax = 256;

    private readonly string _directory;
    private readonly byte[] _path;
    private readonly TimeProvider _time;
    private readonly AgentMetrics _metrics;
    private readonly ILogger _logger;
    private readonly FolderReader _folder = new();
    private readonly byte[] _buffer = new byte[FileBytesMax + 1];
    private readonly List<TextfileState> _states = [];
    private readonly LogThrottle _folderThrottle;
    private readonly LogThrottle _filesThrottle;
    private readonly LogThrottle _seriesThrottle;
    private volatile TextfileStatus[] _files = [];

    /// <summary>Initializes a new instance of the <see cref="TextfileDirectory"/> class.</summary>
    public TextfileDirectory(string directory, TimeProvider time, AgentMetrics metrics, ILogger logger)
    {
        _directory = directory;
        _path = Encoding.UTF8.GetBytes(directory + '\0');
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _folderThrottle = new LogThrottle(time);
        _filesThrottle = new LogThrottle(time);
        _seriesThrottle = new LogThrottle(time);
    }

    /// <summary>Gets the files by name, with the series that are sent.</summary>
    public IReadOnlyList<TextfileStatus> Files => _files;

    /// <summary>Gets a value indicating whether the folder could be listed.</summary>
    public bool IsThere { get; private set; } = true;

    /// <summary>Lists the folder and reads what has changed.</summary>
    public void Scan()
    {
        IsThere = _folder.TryOpen(_path);
        if (!IsThere)
        {
            _files = [];
            _states.Clear();
            if (_folderThrottle.TryPass(out var suppressed))
            {
                Log.NoFolder(_logger, _directory, suppressed);
            }

            return;
        }

        var isChanged = List();
        foreach (var state in _states)
        {
            if (state.Refresh(_buffer))
            {
                isChanged = true;
                Report(state);
            }
        }

        if (isChanged)
        {
            Publish();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static bool IsTextfile(ReadOnlySpan<byte> name) => name.EndsWith(".prom"u8) && name[0] != (byte)'.';

    /// <summary>Gets whether a datagram can hold a value: JSON has neither infinity nor NaN.</summary>
    private static bool IsSendable(string series, double value) =>
        TextfileMetricsSection.Value.IsInRange(value)
        && Encoding.UTF8.GetByteCount(series) <= WireLimits.EntryNameBytesMax;

    /// <returns>Whether a file has come or gone.</returns>
    private bool List()
    {
        foreach (var state in _states)
        {
            state.IsFound = false;
        }

        var isChanged = false;
        var dropped = 0;
        while (_folder.TryRead(out var name, out _))
        {
            if (!IsTextfile(name))
            {
                continue;
            }

            var known = Known(name);
            if (known is null && _states.Count == FileCountMax)
            {
                dropped++;
                continue;
            }

            if (known is null)
            {
                known = new TextfileState(_directory, Encoding.UTF8.GetString(name), new LogThrottle(_time));
                _states.Add(known);
                isChanged = true;
            }

            known.IsFound = true;
        }

        _folder.Dispose();
        isChanged |= _states.RemoveAll(static state => !state.IsFound) > 0;
        _states.Sort(static (left, right) => string.CompareOrdinal(left.FilePath, right.FilePath));
        if (dropped > 0)
        {
            _metrics.AddTextfilesDropped(dropped);
            if (_filesThrottle.TryPass(out _))
            {
                Log.TooManyFiles(_logger, dropped, _directory, FileCountMax);
            }
        }

        return isChanged;
    }

    private TextfileState? Known(ReadOnlySpan<byte> name)
    {
        foreach (var state in _states)
        {
            if (state.Is(name))
            {
                return state;
            }
        }

        return null;
    }

    private void Report(TextfileState state)
    {
        if (state.Status.IsOk)
        {
            return;
        }

        _metrics.AddTextfilesDropped(1);
        if (!state.Throttle.TryPass(out var suppressed))
        {
            return;
        }

        if (state.IsUnread)
        {
            Log.Unread(_logger, state.FilePath, FileBytesMax, suppressed);
        }
        else
        {
            Log.Malformed(_logger, state.FilePath, state.Line, TextfileErrors.Text(state.Error), suppressed);
        }
    }

    /// <summary>Takes of all files what is sent: each series once, and not too many.</summary>
    private void Publish()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var dropped = 0;
        var files = new List<TextfileStatus>();
        foreach (var state in _states)
        {
            var sent = new List<KeyValuePair<string, double>>();
            foreach (var series in state.Status.Series)
            {
                if (names.Count < SeriesCountMax && IsSendable(series.Key, series.Value) && names.Add(series.Key))
                {
                    sent.Add(series);
                }
                else
                {
                    dropped++;
                }
            }

            files.Add(state.Status with { SeriesCount = state.Status.Series.Count, Series = sent });
        }

        _files = [.. files];
        if (dropped > 0)
        {
            _metrics.AddTextfilesDropped(dropped);
            if (_seriesThrottle.TryPass(out _))
            {
                Log.SeriesDropped(
                    _logger, dropped, _directory, SeriesCountMax, WireLimits.EntryNameBytesMax,
                    TextfileMetricsSection.Value.Max);
            }
        }
    }
}
