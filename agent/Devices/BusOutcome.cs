namespace NodeTelemetry.Agent.Devices;

/// <summary>How a transfer on a bus went.</summary>
internal enum BusOutcome
{
    /// <summary>All bytes went over.</summary>
    Ok,

    /// <summary>Nobody acknowledged: the chip is not there, or not there any more (EREMOTEIO, ENXIO, ENODEV).</summary>
    NoAnswer,

    /// <summary>The bus failed: stuck, timed out, lost arbitration, or the adapter is gone.</summary>
    Failed,
}
