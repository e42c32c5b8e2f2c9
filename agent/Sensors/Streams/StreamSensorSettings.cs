namespace NodeTelemetry.Agent.Sensors.Streams;

/// <summary>Where sensors are that have to be listened to.</summary>
internal sealed class StreamSensorSettings
{
    /// <summary>What is written for looking where the boards that are known have it.</summary>
    public const string Auto = "auto";

    /// <summary>Gets or sets the serial port of a particle counter; <see cref="Auto"/> for the header's where there is
    /// an Enviro+, <see langword="null"/> for none.</summary>
    public string? ParticlesPort { get; set; } = Auto;

    /// <summary>Gets or sets the name of the sound card with the microphone; <see cref="Auto"/> for an Enviro's,
    /// <see langword="null"/> for none.</summary>
    public string? Microphone { get; set; } = Auto;

    /// <summary>Gets or sets what is added to the estimated sound level in dB.</summary>
    public double MicrophoneCalibrationDecibels { get; set; }
}
