namespace NodeTelemetry.Agent.Sensors.Streams;

/// <summary>The level of a stretch of sound: the mean power of its samples.</summary>
/// <remarks>A sine that just fills the scale is 0 dB, as in AES17: 3.01 dB more than the plain root mean square of its
/// samples. Allocates: nothing.</remarks>
internal struct SoundLevel
{
    private double _sum;
    private double _squares;

    /// <summary>Gets how many samples there are.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the power: half of it is a full sine's. A steady offset, as microphones of this kind have, is no
    /// sound.</summary>
    public readonly double Power
    {
        get
        {
            var mean = _sum / Count;
            return Math.Max(0, (_squares / Count) - (mean * mean));
        }
    }

    /// <summary>Gets the level; <see langword="null"/> if there was no sound at all, not even noise.</summary>
    public readonly double? DecibelsFullScale => Count > 0 && Power > 0 ? 10 * Math.Log10(2 * Power) : null;

    /// <summary>Adds a sample.</summary>
    public void Add(double sample)
    {
        _sum += sample;
        _squares += sample * sample;
        Count++;
    }
}
