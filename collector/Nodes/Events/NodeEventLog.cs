namespace NodeTelemetry.Collector.Nodes.Events;

/// <summary>Logs every event, up to a rate that a person can read.</summary>
internal sealed partial class NodeEventLog(TimeProvider time, ILogger<NodeEventLog> logger) : IEventListener
{
    /// <summary>Lines per window: enough for a cluster that is switched on, not for a flood.</summary>
    private const int LineCountMax = 200;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private long _windowTimestamp = time.GetTimestamp();
    private int _lines;

    /// <inheritdoc/>
    public void OnEvent(NodeEvent raised)
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

        if (++_lines > LineCountMax)
        {
            return;
        }

        var kind = raised.Kind.Name();
        var subject = raised.Node is { } node ? $"{kind} {node}" : kind;
        if (raised.Kind is NodeEventKind.Lost or NodeEventKind.NetworkLost or NodeEventKind.MulticastLost
            or NodeEventKind.DuplicateNode or NodeEventKind.DuplicateHostname or NodeEventKind.IdentityChanged)
        {
            Log.WentWrong(logger, raised.Text, subject);
        }
        else
        {
            Log.Happened(logger, raised.Text, subject);
        }
    }
}
