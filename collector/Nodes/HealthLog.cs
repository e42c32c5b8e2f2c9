namespace NodeTelemetry.Collector.Nodes;

/// <summary>Writes a line to the log whenever a node's health changes, but no more than a person can read.</summary>
internal sealed partial class HealthLog(TimeProvider time, ILogger<HealthLog> logger) : INodeListener
{
    /// <summary>Lines in a window: a cluster that is switched on is told of node by node, a flood is not.</summary>
    private const int LineCountMax = 200;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private long _windowTimestamp = time.GetTimestamp();
    private int _lines;

    /// <inheritdoc/>
    public void OnSnapshot(AcceptedSnapshot accepted, NodeStatus status)
    {
        // Readings are not worth a line each.
    }

    /// <inheritdoc/>
    public void OnHealthChanged(NodeStatus status, NodeHealth? before)
    {
        if (time.GetElapsedTime(_windowTimestamp) >= Window)
        {
            if (_lines > LineCountMax)
            {
                Log.Suppressed(logger, _lines - LineCountMax, Window);
            }

            _windowTimestamp = time.GetTimestamp();
            _lines = 0;
        }

        if (++_lines <= LineCountMax)
        {
            Write(status, before);
        }
    }

    /// <inheritdoc/>
    public void OnEvent(NodeEvent raised)
    {
        // A change of health is logged as such.
    }

    private void Write(NodeStatus status, NodeHealth? before)
    {
        switch (status.Health)
        {
            case NodeHealth.Up when before is null:
                Log.Joined(logger, status.Hostname, status.Id, status.Address, status.Interval);
                break;
            case NodeHealth.Up when before is NodeHealth.Late:
                Log.Recovered(logger, status.Hostname, status.Id);
                break;
            case NodeHealth.Up:
                Log.Returned(logger, status.Hostname, status.Id, before!.Value.Name());
                break;
            case NodeHealth.Late:
                Log.Late(logger, status.Hostname, status.Id, status.Interval);
                break;
            case NodeHealth.Lost:
                Log.Lost(logger, status.Hostname, status.Id, status.Address, status.LastSeen);
                break;
            case NodeHealth.Left:
                Log.Left(logger, status.Hostname, status.Id, status.Bye!.Reason);
                break;
            default:
                Log.Forgotten(logger, status.Hostname, status.Id, status.LastSeen);
                break;
        }
    }
}
