namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>What chip drivers need apart from the address.</summary>
/// <param name="Wait">Blocks the bus thread for the duration of a conversion.</param>
/// <param name="MeasuresProximity">Whether the light sensor measures proximity every second, to wake a display.
/// Off by default: its LED draws 5 mA and slightly disturbs the illuminance.</param>
/// <param name="Board">The board, if it may be an Enviro+.</param>
internal sealed record ChipSetup(Action<TimeSpan> Wait, bool MeasuresProximity = false, EnviroPlus? Board = null);
