namespace NodeTelemetry.Agent.Sensors.Streams;

/// <summary>The frequency weighting A.</summary>
/// <remarks>
/// Source: IEC 61672-1, annex E, for the poles. The analogue filter has four zeros at 0 and poles at f1 (twice), f2,
/// f3 and f4 (twice). Each pair becomes a second-order section by the bilinear transform at the sampling rate,
/// normalised to 1 at 1 kHz. The transform warps high frequencies: at 48 kHz the filter is within 0.1 dB up to 4 kHz
/// and 0.6 dB too low at 8 kHz, within the tolerance of class 1 (+1.5, -2.5 dB); at 16 kHz it is usable up to 4 kHz.
/// Double precision, because some poles are close to 1. Allocates: nothing.
/// </remarks>
internal sealed class AWeighting
{
    private const double F1 = 20.598997;
    private const double F2 = 107.65265;
    private const double F3 = 737.86223;
    private const double F4 = 12_194.217;

    /// <summary>The frequency at which the weighting is 0 dB.</summary>
    private const double ReferenceHertz = 1000;

    private readonly Section[] _sections;
    private readonly double _gain;

    /// <summary>Initializes a new instance of the <see cref="AWeighting"/> class.</summary>
    /// <param name="rate">Samples per second.</param>
    public AWeighting(int rate)
    {
        _sections = [Section.HighPass(F1, F1, rate), Section.HighPass(F2, F3, rate), Section.LowPass(F4, rate)];
        _gain = 1;
        _gain = 1 / MagnitudeAt(ReferenceHertz, rate);
    }

    /// <summary>Gets the gain at a frequency.</summary>
    public double MagnitudeAt(double hertz, int rate)
    {
        var magnitude = _gain;
        foreach (ref readonly var section in _sections.AsSpan())
        {
            magnitude *= section.MagnitudeAt(2 * Math.PI * hertz / rate);
        }

        return magnitude;
    }

    /// <summary>Clears the state of the filter.</summary>
    public void Reset()
    {
        foreach (ref var section in _sections.AsSpan())
        {
            section.Reset();
        }
    }

    /// <summary>Filters the next sample.</summary>
    public double Next(double sample)
    {
        foreach (ref var section in _sections.AsSpan())
        {
            sample = section.Next(sample);
        }

        return sample * _gain;
    }

    /// <summary>A second-order section in transposed direct form II.</summary>
    /// <remarks>Both zeros are equal, so b1 is 2 b0 or -2 b0, and b2 is b0.</remarks>
    private struct Section
    {
        private double _b0;
        private double _b1;
        private double _a1;
        private double _a2;
        private double _s1;
        private double _s2;

        /// <summary>s² / ((s + p) (s + q)).</summary>
        public static Section HighPass(double p, double q, int rate) => Create(p, q, rate, isHighPass: true);

        /// <summary>p² / (s + p)².</summary>
        public static Section LowPass(double p, int rate) => Create(p, p, rate, isHighPass: false);

        public void Reset() => _s1 = _s2 = 0;

        public double Next(double sample)
        {
            var result = (_b0 * sample) + _s1;
            _s1 = (_b1 * sample) - (_a1 * result) + _s2;
            _s2 = (_b0 * sample) - (_a2 * result);
            return result;
        }

        public readonly double MagnitudeAt(double radians)
        {
            // b0 z^-1 (2 cos w ± 2) above, and the two squares of the denominator's parts below.
            var above = Math.Abs((2 * _b0 * Math.Cos(radians)) + _b1);
            var real = 1 + (_a1 * Math.Cos(radians)) + (_a2 * Math.Cos(2 * radians));
            var imaginary = (_a1 * Math.Sin(radians)) + (_a2 * Math.Sin(2 * radians));
            return above / Math.Sqrt((real * real) + (imaginary * imaginary));
        }

        private static Section Create(double p, double q, int rate, bool isHighPass)
        {
            // s = 2 rate (1 - z^-1) / (1 + z^-1); the poles in units of 2 rate.
            var wp = Math.PI * p / rate;
            var wq = Math.PI * q / rate;
            var a0 = (1 + wp) * (1 + wq);
            var b0 = (isHighPass ? 1 : wp * wq) / a0;
            return new Section
            {
                _b0 = b0,
                _b1 = isHighPass ? -2 * b0 : 2 * b0,
                _a1 = ((2 * wp * wq) - 2) / a0,
                _a2 = (1 - wp) * (1 - wq) / a0,
            };
        }
    }
}
