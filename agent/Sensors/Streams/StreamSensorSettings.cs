namespace NodeTelemetry.Agent.Sensors.Streams;

/// <summary>The devices of stream sensors.</summary>
internal sealed class StreamSensorSettings
{
    /// <summary>The value that selects the device of a known board.</summary>
    public const string Auto = "auto";

    /// <summary>Gets or sets the serial port of a particle counter: <see cref="Auto"/> is the header's port
    /// on an Enviro+, <see langword="null"/> none.</summary>
    public string? ParticlesPort { get; set; } = Auto;

    /// <summary>Gets or sets the name of the sound card with the microphone: <see cref="Auto"/> is that of an Enviro,
    /// <see langword="null"/> none.</summary>
    public string? Microphone { get; set; } = Auto;

    /// <summary>Gets or sets the offset of the estimated sound level, in dB.</summary>
    public double MicrophoneCalibrationDecibels { get; set; }
}
