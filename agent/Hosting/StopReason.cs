namespace NodeTelemetry.Agent.Hosting;

/// <summary>Why the agent is asked to stop: the <c>reason</c> of <c>bye</c>, whose words are these names in lower
/// case.</summary>
internal enum StopReason
{
    /// <summary>Somebody stops the agent; nobody knows for how long.</summary>
    Stop,

    /// <summary>The agent is stopped to be started again.</summary>
    Restart,

    /// <summary>The same, or a stop, while a package manager is at work.</summary>
    Upgrade,

    /// <summary>The node starts anew.</summary>
    Reboot,

    /// <summary>The node is switched off.</summary>
    Poweroff,
}
