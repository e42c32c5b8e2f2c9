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

    /// <summary>It asks for something that is not answered: what a later version may know.</summary>
    Unsupported,

    /// <summary>It is unsigned and has no valid cookie of its address: the reply is a challenge.</summary>
    NoCookie,

    /// <summary>This agent has a key, and the request no signature.</summary>
    Unsigned,

    /// <summary>Its signature is wrong, or by a key that this agent does not have.</summary>
    BadSignature,

    /// <summary>It is signed, but for another node or run, or too long ago.</summary>
    Outdated,

    /// <summary>It is signed, and its requester's count has been used: a replay,
    /// or a request that was overtaken.</summary>
    Repeated,

    /// <summary>It asks for samples of another run, or for such as are not kept any more.</summary>
    NotKept,

    /// <summary>As many as are allowed have been answered within a second.</summary>
    TooMany,
}
