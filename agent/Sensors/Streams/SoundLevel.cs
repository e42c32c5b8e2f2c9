namespace NodeTelemetry.Agent.Sensors.Streams;

/// <summary>The sound level of an interval: the mean power of its samples.</summary>
/// <remarks>A full-scale sine is 0 dB, as in AES17: 3.01 dB more than its root mean square.
/// Allocates: nothing.</remarks>
internal struct SoundLevel
{
    private double _sum;
    private double _squares;

    /// <summary>Gets the number of samples.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the power; that of a full-scale sine is one half.
    /// The constant offset of the microphone is removed.</summary>
    public readonly double Power
    {
        get
        {
            var mean = _sum / Count;
            return Math.Max(0, (_squares / Count) - (mean * mean));
        }
    }

    /// <summary>Gets the level; <see langword="null"/> for digital silence.</summary>
    public readonly double? DecibelsFullScale => Count > 0 && Power > 0 ? 10 * Math.Log10(2 * Power) : null;

    /// <summary>Adds a sample.</summary>
    public void Add(double sample)
    {
        _sum += sample;
        _squares += sample * sample;
        Count++;
    }
}
