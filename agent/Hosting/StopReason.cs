namespace NodeTelemetry.Agent.Hosting;

/// <summary>Why the agent stops: the <c>reason</c> of <c>bye</c>, which has these names in lower case.</summary>
internal enum StopReason
{
    /// <summary>The agent is stopped for an unknown time.</summary>
    Stop,

    /// <summary>The agent is restarted.</summary>
    Restart,

    /// <summary>The agent is restarted while a package manager is active, or stopped for an upgrade of its package.
    /// </summary>
    Upgrade,

    /// <summary>The node reboots.</summary>
    Reboot,

    /// <summary>The node is shut down.</summary>
    Poweroff,
}
