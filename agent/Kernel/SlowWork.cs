namespace NodeTelemetry.Agent.Kernel;

/// <summary>Something that may take long or for ever, such as asking a file server or a sensor on a slow bus.</summary>
/// <remarks>It is done by <see cref="TimeBoxes"/>. What it writes belongs to it alone until
/// <see cref="TimeBoxes.IsRunning"/> says that it has ended.</remarks>
/// <param name="work">What is done; must not throw.</param>
internal sealed class SlowWork(Action work)
{
    /// <summary>Gets what is done.</summary>
    public Action Work => work;

    /// <summary>Gets or sets where it runs; <see langword="null"/> while it does not.</summary>
    public TimeBox? Box { get; set; }

    /// <summary>Gets or sets a value indicating whether it has ever taken too long: then nobody waits for it
    /// again.</summary>
    public bool WasLate { get; set; }
}
