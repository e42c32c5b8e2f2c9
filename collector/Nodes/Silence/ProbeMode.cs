namespace NodeTelemetry.Collector.Nodes.Silence;

/// <summary>Why a node is probed; the first one that applies. <see cref="NodeProber"/> has each schedule.</summary>
internal enum ProbeMode
{
    /// <summary>It is not probed: it is on time, or its address or protocol is unknown.</summary>
    None,

    /// <summary>It is late: probed in two volleys and a last time before it is lost.</summary>
    Volleys,

    /// <summary>It has not yet replied to a probe: probed at growing intervals to find out whether it does.</summary>
    Verify,

    /// <summary>Its multicast does not arrive: probed for every sample when the sample is due.</summary>
    Poll,

    /// <summary>Its link is unsteady and its interval short: probed halfway between two samples.</summary>
    Halfway,
}
