namespace NodeTelemetry.Agent.Kernel;

/// <summary>Work that may block for long or forever, such as a query to a file server or a slow bus.</summary>
/// <remarks>Run by <see cref="TimeBoxes"/>. It owns what it writes
/// until <see cref="TimeBoxes.IsRunning"/> returns false.</remarks>
/// <param name="work">The work. Must not throw.</param>
internal sealed class SlowWork(Action work)
{
    /// <summary>Gets the work.</summary>
    public Action Work => work;

    /// <summary>Gets or sets the box it runs in; <see langword="null"/> while it does not run.</summary>
    public TimeBox? Box { get; set; }

    /// <summary>Gets or sets a value indicating whether it has exceeded the limit;
    /// it is then never awaited again.</summary>
    public bool WasLate { get; set; }
}
