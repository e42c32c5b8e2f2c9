namespace NodeTelemetry.Agent.Displays.Drawing;

/// <summary>One page of a display.</summary>
/// <param name="Name">The name for the command <c>render</c>.</param>
/// <param name="Draw">Draws the page on a black canvas: a pure function of the content.</param>
internal sealed record Page(string Name, Action<Canvas, DisplayContent> Draw)
{
    /// <summary>Gets a value indicating whether an alert selects this page.</summary>
    public bool ShowsAlerts { get; init; }

    /// <summary>Gets a value indicating whether the page is skipped while there is no alert.</summary>
    public bool IsOnlyForAlerts { get; init; }
}
