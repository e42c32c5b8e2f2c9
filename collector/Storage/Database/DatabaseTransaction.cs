namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>One transaction of the <see cref="DatabaseWriter"/>, with what follows in memory when it ends.</summary>
/// <param name="session">The writer's connection.</param>
/// <param name="isFinal">Whether the collector stops, so that everything is due.</param>
internal sealed class DatabaseTransaction(DatabaseSession session, bool isFinal)
{
    private readonly List<Action> _committed = [];
    private readonly List<Action> _rolledBack = [];

    /// <summary>Gets the writer's connection.</summary>
    public DatabaseSession Session => session;

    /// <summary>Gets a value indicating whether the collector stops, so that everything is due.</summary>
    public bool IsFinal => isFinal;

    /// <summary>Gets or sets a value indicating whether the transaction stores progress of nodes,
    /// so that all documents of the samples so far must be in it.</summary>
    public bool HasProgress { get; set; }

    /// <summary>Adds what follows a commit: the rows are durable.</summary>
    public void OnCommitted(Action action) => _committed.Add(action);

    /// <summary>Adds what follows a commit or, if the rows have to be written again, a rollback.</summary>
    public void OnEnded(Action committed, Action rolledBack)
    {
        _committed.Add(committed);
        _rolledBack.Add(rolledBack);
    }

    /// <summary>The transaction is durable.</summary>
    public void Commit() => _committed.ForEach(static action => action());

    /// <summary>The transaction has failed, and nothing of it is in the database.</summary>
    public void RollBack() => _rolledBack.ForEach(static action => action());
}
