namespace NodeTelemetry.Agent.Run;

/// <summary>What the program is asked to do.</summary>
internal enum AgentCommand
{
    /// <summary>Sample and send until stopped.</summary>
    Run,

    /// <summary>Print one sample.</summary>
    Once,

    /// <summary>Look for what is missing on this node.</summary>
    Doctor,

    /// <summary>Write the pages of a display as PNG.</summary>
    Render,

    /// <summary>Compare sensors with a thermometer.</summary>
    Calibrate,

    /// <summary>Print the completion for a shell.</summary>
    Completion,

    /// <summary>Check the configuration.</summary>
    CheckConfig,

    /// <summary>Print the version.</summary>
    Version,

    /// <summary>Print the help.</summary>
    Help,
}
