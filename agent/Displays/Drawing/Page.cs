namespace NodeTelemetry.Agent.Displays.Drawing;

/// <summary>One page of a display.</summary>
/// <param name="Name">Its name, as the command <c>render</c> has it.</param>
/// <param name="Draw">Draws it on a canvas that is black: a function of the content, and of nothing else.</param>
internal sealed record Page(string Name, Action<Canvas, DisplayContent> Draw)
{
    /// <summary>Gets a value indicating whether it is turned to when the collector begins to warn.</summary>
    public bool TellsAlerts { get; init; }

    /// <summary>Gets a value indicating whether it is passed over while the collector does not warn.</summary>
    public bool IsOnlyForAlerts { get; init; }
}
