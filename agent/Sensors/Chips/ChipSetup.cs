namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>What drivers of chips want to know beside their address.</summary>
/// <param name="Wait">Waits for a conversion, on the bus' thread.</param>
/// <param name="MeasuresProximity">Whether the light sensor looks every second whether anything is near: for a display
/// that wakes. Its lamp costs 5 mA and disturbs the light a little, so by default it does not.</param>
/// <param name="Board">The board, if it may be an Enviro+.</param>
internal sealed record ChipSetup(Action<TimeSpan> Wait, bool MeasuresProximity = false, EnviroPlus? Board = null);
