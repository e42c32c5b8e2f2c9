namespace NodeTelemetry.Agent.Kernel;

/// <summary>Why interfaces are selected to send on.</summary>
internal enum LinkRule
{
    /// <summary>They are hardware, or a VLAN, bond or bridge over such.</summary>
    Hardware,

    /// <summary>None is backed by hardware and up, as in a container; these have a default route.</summary>
    DefaultRoute,

    /// <summary>There is no hardware and no default route, as in a closed container network; these are all.</summary>
    NoHardware,
}
