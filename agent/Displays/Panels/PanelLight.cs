namespace NodeTelemetry.Agent.Displays.Panels;

/// <summary>The brightness of a display.</summary>
internal enum PanelLight
{
    /// <summary>Dark.</summary>
    Off,

    /// <summary>Darkened colours.</summary>
    Dim,

    /// <summary>Full brightness.</summary>
    Full,
}
