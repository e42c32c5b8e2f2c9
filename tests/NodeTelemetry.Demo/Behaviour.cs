namespace NodeTelemetry.Demo;

/// <summary>The behaviour of a simulated node.</summary>
internal enum Behaviour
{
    /// <summary>It idles.</summary>
    Steady,

    /// <summary>Its load rises and falls.</summary>
    Busy,

    /// <summary>It is hot and throttled.</summary>
    Throttled,

    /// <summary>One datagram in five is lost.</summary>
    Lossy,

    /// <summary>It fails without a goodbye, and returns after a while.</summary>
    Dying,

    /// <summary>It sends a goodbye, reboots and returns.</summary>
    Rebooting,
}
