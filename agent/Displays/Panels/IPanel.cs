using NodeTelemetry.Agent.Displays.Drawing;

namespace NodeTelemetry.Agent.Displays.Panels;

/// <summary>What shows pictures. For one thread.</summary>
internal interface IPanel : IDisposable
{
    /// <summary>Shows a picture.</summary>
    /// <param name="picture">The picture; <see langword="null"/> to be dark.</param>
    /// <returns>What is wrong and what to do; <see langword="null"/> if it is shown.</returns>
    string? Show(Canvas? picture);
}
