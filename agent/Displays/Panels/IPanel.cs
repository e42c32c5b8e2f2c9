using NodeTelemetry.Agent.Displays.Drawing;

namespace NodeTelemetry.Agent.Displays.Panels;

/// <summary>A panel that shows pictures. Not thread-safe.</summary>
internal interface IPanel : IDisposable
{
    /// <summary>Shows a picture.</summary>
    /// <param name="picture">The picture; <see langword="null"/> turns the panel off.</param>
    /// <returns>The problem and its remedy; <see langword="null"/> on success.</returns>
    string? Show(Canvas? picture);
}
