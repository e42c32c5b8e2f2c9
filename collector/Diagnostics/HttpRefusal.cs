namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>Why a connection or live stream was refused.</summary>
internal enum HttpRefusal
{
    /// <summary>The limit of all clients was reached.</summary>
    Total,

    /// <summary>The limit of one client address was reached.</summary>
    Address,

    /// <summary>The collector is stopping.</summary>
    Stopping,
}
