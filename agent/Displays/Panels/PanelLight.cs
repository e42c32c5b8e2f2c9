namespace NodeTelemetry.Agent.Displays.Panels;

/// <summary>How bright a display is.</summary>
internal enum PanelLight
{
    /// <summary>Dark.</summary>
    Off,

    /// <summary>With darker colours.</summary>
    Dim,

    /// <summary>As drawn.</summary>
    Full,
}
