using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>The numbers of nodes and series in the rows of the history. Used by the writer only.</summary>
/// <param name="table"><c>history_node</c> or <c>history_reading</c>.</param>
internal sealed class HistoryNumbers(string table)
{
    // How often the use of a number is noted; unused names are deleted long after their last rows.
    private const long NoteSeconds = 86_400;

    // Bounds the memory for invented names; names dropped from memory are read again.
    private const int CountMax = 200_000;

    private readonly Dictionary<string, (long Number, long Noted)> _known = [];
    private readonly List<string> _noted = [];
    private readonly string _text =
        $"INSERT INTO {table} (name, last) VALUES ($name, $last) "
        + "ON CONFLICT (name) DO UPDATE SET last = max(last, excluded.last) RETURNING id";

    /// <summary>Gets the number of a name.</summary>
    /// <param name="session">The open transaction.</param>
    /// <param name="name">The name.</param>
    /// <param name="time">The bucket in which it is used, in seconds since the epoch.</param>
    public long Get(DatabaseSession session, string name, long time)
    {
        if (_known.TryGetValue(name, out var known) && time < known.Noted + NoteSeconds)
        {
            return known.Number;
        }

        if (_known.Count >= CountMax)
        {
            _known.Clear();
        }

        var number = session.Integer(_text, ("$name", name), ("$last", time))!.Value;
        _known[name] = (number, Math.Max(time, known.Noted));
        _noted.Add(name);
        return number;
    }

    /// <summary>Another database file has other numbers.</summary>
    public void OnOpened()
    {
        _known.Clear();
        _noted.Clear();
    }

    /// <summary>The transaction is durable.</summary>
    public void OnCommitted() => _noted.Clear();

    /// <summary>The transaction has failed, and its new numbers are void.</summary>
    public void OnRolledBack()
    {
        _noted.ForEach(name => _known.Remove(name));
        _noted.Clear();
    }
}
