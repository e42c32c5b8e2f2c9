using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>The numbers that stand for names in the rows of the history. The writer's own.</summary>
/// <param name="table"><c>history_node</c> or <c>history_reading</c>.</param>
internal sealed class HistoryNumbers(string table)
{
    // How often a number is noted as in use; names that are forgotten are removed when their last rows are long gone.
    private const long NoteSeconds = 86_400;

    // Whoever invents names must not fill the memory: what is forgotten is looked up again.
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
    public long Of(DatabaseSession session, string name, long time)
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

    /// <summary>Another database has other numbers.</summary>
    public void OnOpened()
    {
        _known.Clear();
        _noted.Clear();
    }

    /// <summary>The transaction is durable.</summary>
    public void OnCommitted() => _noted.Clear();

    /// <summary>The transaction is gone, and so are numbers that were given in it.</summary>
    public void OnRolledBack()
    {
        _noted.ForEach(name => _known.Remove(name));
        _noted.Clear();
    }
}
