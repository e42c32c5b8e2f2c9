namespace NodeTelemetry.Agent.Displays;

/// <summary>The settings of a display.</summary>
internal sealed class DisplayOptions
{
    /// <summary>Gets or sets the display to use; detected by default.</summary>
    public DisplayChoice Choice { get; set; }

    /// <summary>Gets or sets the time per page; 1 s to 1 h, default 10 s.</summary>
    public TimeSpan PageTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long the display stays bright after a start, a hand in front of it, a key or an alert;
    /// 1 s to 24 h, or <see langword="null"/> for always; default 2 min.</summary>
    public TimeSpan? DimAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets the hours in which the display turns off instead of dimming; default none.</summary>
    public (TimeOnly From, TimeOnly To)? Night { get; set; }
}
