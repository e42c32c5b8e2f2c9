namespace NodeTelemetry.Collector.Nodes;

/// <summary>Writes a line to the log whenever a node's health changes.</summary>
internal sealed partial class HealthLog(ILogger<HealthLog> logger) : INodeListener
{
    /// <inheritdoc/>
    public void OnSnapshot(AcceptedSnapshot accepted, NodeStatus status)
    {
        // Readings are not worth a line each.
    }

    /// <inheritdoc/>
    public void OnHealthChanged(NodeStatus status, NodeHealth? before)
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
