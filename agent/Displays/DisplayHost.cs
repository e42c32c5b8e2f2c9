using Microsoft.Extensions.Logging;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Displays;

/// <summary>Looks now and then whether there is a display, and only then makes what draws: a node without one pays for
/// a look a minute.</summary>
/// <param name="source">What is shown besides samples.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class DisplayHost(DisplaySource source, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>How often it is looked for: an Enviro shows itself by its chips, which take some seconds to answer.
    /// </summary>
    public static readonly TimeSpan SearchPeriod = TimeSpan.FromMinutes(1);

    /// <summary>At first, until its chips have had the time to answer.</summary>
    public static readonly TimeSpan FirstSearchPeriod = TimeSpan.FromSeconds(5);

    private readonly DisplayFinder _finder = new(source.Options.Choice, source.Roots, source.Calls);
    private readonly long _started = time.GetTimestamp();
    private DisplayLoop? _loop;
    private long? _searched;
    private bool _hasWarned;

    /// <summary>Gets the name of the display that is in use; <see langword="null"/> if there is none.</summary>
    public string? Name => _loop?.Name;

    /// <summary>Gives the newest sample; does not wait for a display.</summary>
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
