using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Alerts.Storage;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Alerts.Engine;

/// <summary>The silences that users create and the configured maintenance windows. Thread-safe.</summary>
internal sealed class SilenceList(
    IReadOnlyList<MaintenanceWindow> windows, AlertStore store, RetentionClock retention, TimeProvider time)
{
    /// <summary>The maximum number of silences: users create them by hand,
    /// and every alert is compared with each.</summary>
    public const int CountMax = 500;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Silence> _silences = new(StringComparer.Ordinal);
    private readonly HashSet<MaintenanceWindow> _open = [];

    /// <summary>Gets the maintenance windows.</summary>
    public IReadOnlyList<MaintenanceWindow> Windows => windows;

    /// <summary>Gets or sets the callback for an added or removed silence.</summary>
    public Action? Changed { get; set; }

    /// <summary>Gets or sets what reports that notifications are suppressed, and that they no longer are.</summary>
    public Action<NodeEventKind, string>? Reported { get; set; }

    /// <summary>Gets the silences that have not ended, ordered by their end.</summary>
    public IReadOnlyList<Silence> Active
    {
        get
        {
            var now = time.GetUtcNow();
            lock (_lock)
            {
                return [.. _silences.Values
                    .Where(silence => silence.Until > now)
                    .OrderBy(static silence => silence.Until)];
            }
        }
    }

    /// <summary>Restores the silences of an earlier process.</summary>
    public void Restore(IEnumerable<Silence> silences)
    {
        lock (_lock)
        {
            foreach (var silence in silences)
            {
                _silences[silence.Id] = silence;
            }
        }
    }

    /// <summary>Adds a silence; <see langword="false"/> at the limit.</summary>
    public bool TryAdd(Silence silence)
    {
        lock (_lock)
        {
            if (_silences.Count >= CountMax)
            {
                return false;
            }

            _silences[silence.Id] = silence;
            store.Put(silence);
        }

        Reported?.Invoke(
            NodeEventKind.Silenced,
            $"{silence.Author} silenced alerts with {silence.Matcher} until {silence.Until.UtcDateTime:u}: "
            + $"{silence.Comment}");
        Changed?.Invoke();
        return true;
    }

    /// <summary>Ends a silence; <see langword="false"/> if there is none with that identity.</summary>
    public bool TryRemove(string id)
    {
        Silence? silence;
        lock (_lock)
        {
            if (!_silences.Remove(id, out silence))
            {
                return false;
            }

            store.RemoveSilence(id);
        }

        Reported?.Invoke(
            NodeEventKind.SilenceEnded, $"The silence of {silence.Author} for {silence.Matcher} was removed.");
        Changed?.Invoke();
        return true;
    }

    /// <summary>Removes silences that have ended, and reports windows that open or close.
    /// Called by one thread.</summary>
    /// <remarks>A clock that jumps ahead removes no silence.</remarks>
    public void Expire()
    {
        var now = time.GetUtcNow();
        foreach (var window in windows)
        {
            if (window.IsOpen(now) ? _open.Add(window) : _open.Remove(window))
            {
                var isOpen = _open.Contains(window);
                Reported?.Invoke(
                    isOpen ? NodeEventKind.Silenced : NodeEventKind.SilenceEnded,
                    $"Maintenance window {window.Name} {(isOpen ? "opened" : "closed")}; it silences alerts with "
                    + $"{window.Matcher}.");
            }
        }

        var ended = retention.Now;
        lock (_lock)
        {
            foreach (var silence in _silences.Values.Where(silence => silence.Until <= ended).ToList())
            {
                _silences.Remove(silence.Id);
                store.RemoveSilence(silence.Id);
                Reported?.Invoke(
                    NodeEventKind.SilenceEnded, $"The silence of {silence.Author} for {silence.Matcher} ended.");
            }
        }
    }

    /// <summary>Finds the silence or window that matches an alert.</summary>
    public string? Find(Alert alert)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            foreach (var silence in _silences.Values)
            {
                if (silence.Until > now && silence.Matcher.IsMatch(alert))
                {
                    return silence.Id;
                }
            }
        }

        return windows.FirstOrDefault(window => window.IsOpen(now) && window.Matcher.IsMatch(alert))?.Name;
    }
}
