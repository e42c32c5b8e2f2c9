namespace NodeTelemetry.Agent.Doctor;

/// <summary>A board on the header that the agent knows more about than its chips.</summary>
internal enum Hat
{
    /// <summary>None, or another one.</summary>
    Unknown,

    /// <summary>Pimoroni Enviro: climate, light, microphone, display.</summary>
    Enviro,

    /// <summary>Pimoroni Enviro+: gas too, and a plug for a particle sensor.</summary>
    EnviroPlus,

    /// <summary>Raspberry Pi Sense HAT, either version: climate, motion, LED matrix and joystick.</summary>
    SenseHat,
}
