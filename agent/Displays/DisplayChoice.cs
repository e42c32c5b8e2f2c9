namespace NodeTelemetry.Agent.Displays;

/// <summary>Which display is used.</summary>
internal enum DisplayChoice
{
    /// <summary>The one that is found.</summary>
    Auto,

    /// <summary>None.</summary>
    None,

    /// <summary>The LCD of an Enviro or Enviro+.</summary>
    Enviro,

    /// <summary>The matrix of a Sense HAT.</summary>
    SenseHat,
}
