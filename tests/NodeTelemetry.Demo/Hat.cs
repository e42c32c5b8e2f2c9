namespace NodeTelemetry.Demo;

/// <summary>The board that a simulated node carries.</summary>
internal enum Hat
{
    /// <summary>None.</summary>
    None,

    /// <summary>Pimoroni Enviro+: weather, light, sound, gas and particles.</summary>
    EnviroPlus,

    /// <summary>Pimoroni Enviro mini: weather, light and sound.</summary>
    EnviroMini,

    /// <summary>Raspberry Pi Sense HAT: weather.</summary>
    Sense,
}
