namespace NodeTelemetry.Agent.Kernel;

/// <summary>How firmly a network card belongs to its machine.</summary>
internal enum CardMounting
{
    /// <summary>The firmware describes it as part of the board.</summary>
    Soldered,

    /// <summary>It is on an internal bus, such as PCI.</summary>
    Fixed,

    /// <summary>It is at USB.</summary>
    Removable,

    /// <summary>It is the card of a container, with an address that the container manager keeps.</summary>
    Virtual,
}
