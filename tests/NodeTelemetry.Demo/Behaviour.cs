namespace NodeTelemetry.Demo;

/// <summary>What happens to a simulated node.</summary>
internal enum Behaviour
{
    /// <summary>It idles along.</summary>
    Steady,

    /// <summary>It computes in waves.</summary>
    Busy,

    /// <summary>It is so hot that it slows itself down.</summary>
    Throttled,

    /// <summary>One datagram in five is lost.</summary>
    Lossy,

    /// <summary>It falls silent without a word, and comes back after a while.</summary>
    Dying,

    /// <summary>It says goodbye, reboots and is back.</summary>
    Rebooting,
}
