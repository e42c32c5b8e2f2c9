namespace NodeTelemetry.Agent.Displays;

/// <summary>The values of the option <c>--display</c>.</summary>
internal enum DisplayChoice
{
    /// <summary>Detect the display.</summary>
    Auto,

    /// <summary>None.</summary>
    None,

    /// <summary>The LCD of an Enviro or Enviro+.</summary>
    Enviro,

    /// <summary>The matrix of a Sense HAT.</summary>
    SenseHat,
}
