namespace NodeTelemetry.Agent.Doctor;

/// <summary>The HATs with special support beyond their chips.</summary>
internal enum Hat
{
    /// <summary>No HAT, or a different one.</summary>
    Unknown,

    /// <summary>Pimoroni Enviro: temperature, humidity, pressure, illuminance, microphone, display.</summary>
    Enviro,

    /// <summary>Pimoroni Enviro+: also gas, and a connector for a particle sensor.</summary>
    EnviroPlus,

    /// <summary>Raspberry Pi Sense HAT, either version: temperature, humidity, pressure, motion, LED matrix, joystick.
    /// </summary>
    SenseHat,
}
