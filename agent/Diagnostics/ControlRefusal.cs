namespace NodeTelemetry.Agent.Diagnostics;

/// <summary>Why a control datagram was not answered.</summary>
internal enum ControlRefusal
{
    /// <summary>It could not be read: the kernel reported an error in its place.</summary>
    NotReceived,

    /// <summary>It comes from no attached network and no target.</summary>
    Stranger,

    /// <summary>It is not a control datagram.</summary>
    Malformed,

    /// <summary>It asks for something that is not answered: a range, or what a later version may know.</summary>
    Unsupported,

    /// <summary>As many as are allowed have been answered within a second.</summary>
    TooMany,
}
