namespace NodeTelemetry.Agent.Devices;

/// <summary>The result of a bus transfer.</summary>
internal enum BusOutcome
{
    /// <summary>The transfer succeeded.</summary>
    Ok,

    /// <summary>No acknowledgement: the chip is absent (EREMOTEIO, ENXIO, ENODEV).</summary>
    NoAnswer,

    /// <summary>The bus failed: stuck, timeout, lost arbitration, or no adapter.</summary>
    Failed,
}
