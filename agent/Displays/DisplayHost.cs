using Microsoft.Extensions.Logging;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Displays;

/// <summary>Searches for a display and starts drawing once there is one;
/// a node without a display pays only for one search per minute.</summary>
/// <param name="source">The inputs other than samples.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class DisplayHost(DisplaySource source, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>How often it searches.</summary>
    public static readonly TimeSpan SearchPeriod = TimeSpan.FromMinutes(1);

    /// <summary>The period at first: an Enviro is identified by its chips, which take some seconds to reply.</summary>
    public static readonly TimeSpan FirstSearchPeriod = TimeSpan.FromSeconds(5);

    private readonly DisplayFinder _finder = new(source.Options.Choice, source.Roots, source.Calls);
    private readonly long _started = time.GetTimestamp();
    private DisplayLoop? _loop;
    private long? _searched;
    private bool _hasWarned;

    /// <summary>Gets the name of the active display; <see langword="null"/> if there is none.</summary>
    public string? Name => _loop?.Name;

    /// <summary>Passes on the newest sample; never waits for a display.</summary>
    public void Show(NodeSnapshot snapshot)
    {
        if (_loop is not null)
        {
            _loop.Show(snapshot);
        }
        else if (source.Options.Choice != DisplayChoice.None && IsDue())
        {
            Search(snapshot);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _loop?.Dispose();

    private bool IsDue()
    {
        var period = time.GetElapsedTime(_started) < SearchPeriod ? FirstSearchPeriod : SearchPeriod;
        return _searched is not { } searched || time.GetElapsedTime(searched) >= period;
    }

    private void Search(NodeSnapshot snapshot)
    {
        _searched = time.GetTimestamp();
        if (_finder.Find(snapshot, out var missing) is { } found)
        {
            _loop = new DisplayLoop(found, source, _finder, snapshot, time, logger);
            _loop.Start();
        }
        else if (missing is not null && !_hasWarned)
        {
            _hasWarned = true;
            Log.Missing(logger, missing);
        }
    }
}
