using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.History;

namespace NodeTelemetry.Collector.Storage.Tables;

/// <summary>Writes history and progress of the nodes of one moment in one transaction.</summary>
/// <remarks>
/// The progress of a node says which samples are stored. After a crash, the collector requests all others again.
/// So progress must never be ahead of the history, or samples are lost, nor behind it, or they are counted twice.
/// A checkpoint is the moment at which both are fixed, in memory, under the lock that every sample takes.
/// The outbox takes its documents after the checkpoint, so documents are at most ahead:
/// OpenSearch rejects a repeated document by its identity.
/// Checkpoints coincide with the end of a bucket, so that no row is written twice.
/// </remarks>
internal sealed class SampleCheckpoint : ISampleListener, IHealthListener, IDatabaseWork
{
    // Datagrams may wait in the receive queue: without a newer sample, the checkpoint waits for them.
    private const int DelaySeconds = 1;

    // Late samples come in a burst after a start. Soon stored, they are not requested again after another crash …
    private const int LateSeconds = 2;

    // … but on a network with losses, they come all the time.
    private static readonly TimeSpan StartPhase = TimeSpan.FromMinutes(2);

    private readonly HistoryStore _history;
    private readonly NodeTable _nodes;
    private readonly TimeProvider _time;
    private readonly Lock _gate;
    private readonly long _periodSeconds;
    private readonly long _started;
    private long _period;

    /// <summary>Initializes a new instance of the <see cref="SampleCheckpoint"/> class.</summary>
    /// <param name="history">The history.</param>
    /// <param name="nodes">The nodes with their progress.</param>
    /// <param name="settings">The period of the checkpoints.</param>
    /// <param name="time">The clock.</param>
    /// <param name="gate">The lock that history and nodes use, too.</param>
    public SampleCheckpoint(
        HistoryStore history, NodeTable nodes, StorageSettings settings, TimeProvider time, Lock gate)
    {
        _history = history;
        _nodes = nodes;
        _time = time;
        _gate = gate;
        _periodSeconds = (long)settings.CheckpointPeriod.TotalSeconds;
        _started = time.GetTimestamp();
        _period = Period(Now());
    }

    /// <inheritdoc/>
    public void OnSample(AcceptedSnapshot accepted, NodeStatus status)
    {
        lock (_gate)
        {
            // Before the first sample of the next bucket, all values are in buckets that are complete.
            var now = Now();
            if (Period(now) != _period || _history.IsFull)
            {
                Seal(now);
            }

            _history.Add(accepted, now);
            _nodes.Add(status);
        }
    }

    /// <inheritdoc/>
    public void OnHealthChanged(NodeStatus status, NodeHealth? before)
    {
        lock (_gate)
        {
            if (status.Health == NodeHealth.Forgotten)
            {
                _history.Forget(status.Id);
            }

            _nodes.OnHealthChanged(status);
        }
    }

    /// <inheritdoc/>
    public TimeSpan Wait => _history.HasMore ? TimeSpan.Zero : TimeSpan.MaxValue;

    /// <inheritdoc/>
    public void Prepare(bool isFinal)
    {
        lock (_gate)
        {
            var now = Now();
            _history.CloseComplete(now);
            if (isFinal || Period(now - DelaySeconds) > _period || now < _period * _periodSeconds || IsLateDue(now))
            {
                Seal(now);
            }
        }
    }

    /// <inheritdoc/>
    public void OnOpened(DatabaseSession session)
    {
        _history.OnOpened(session);
        _nodes.OnOpened(session);
    }

    /// <inheritdoc/>
    public void Take(DatabaseTransaction transaction)
    {
        lock (_gate)
        {
            _history.Take(transaction, Now());
            transaction.HasProgress = _nodes.Take(transaction);
        }
    }

    /// <inheritdoc/>
    public void Write(DatabaseTransaction transaction)
    {
        _history.Write(transaction);
        _nodes.Write(transaction);
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeSeconds();

    private long Period(long now) => now / _periodSeconds;

    private bool IsLateDue(long now) => _history.LateSince is { } since
        && _time.GetElapsedTime(_started) < StartPhase && (now >= since + LateSeconds || now < since);

    private void Seal(long now)
    {
        _period = Period(now);
        _history.Seal(now);
        _nodes.Seal();
    }
}
