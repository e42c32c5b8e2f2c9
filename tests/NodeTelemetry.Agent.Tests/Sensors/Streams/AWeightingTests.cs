using NodeTelemetry.Agent.Sensors.Streams;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Streams;

/// <summary>The weighting filter against the table of IEC 61672-1, at the rates that cards have.</summary>
public sealed class AWeightingTests
{
    /// <summary>The table's values, and the tolerance of a meter of class 1.</summary>
    public static TheoryData<double, double, double, double> Table => new()
    {
        { 31.5, -39.4, 2, 2 },
        { 63, -26.2, 1.5, 1.5 },
        { 125, -16.1, 1.5, 1.5 },
        { 250, -8.6, 1.4, 1.4 },
        { 500, -3.2, 1.4, 1.4 },
        { 1000, 0, 1.1, 1.1 },
        { 2000, 1.2, 1.6, 1.6 },
        { 4000, 1.0, 1.6, 1.6 },
        { 8000, -1.1, 2.1, 3.1 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void A_sine_is_weighted_as_the_table_says(double hertz, double decibels, double above, double below)
    {
        foreach (var rate in (int[])[96_000, 48_000, 44_100])
        {
            var weighted = Decibels(new AWeighting(rate), hertz, rate);

            Assert.InRange(weighted, decibels - below, decibels + above);
            if (hertz <= 4000)
            {
                Assert.Equal(decibels, weighted, 0.2);
            }
        }
    }

    [Fact]
    public void At_a_low_rate_it_is_of_use_up_to_four_kilohertz()
    {
        foreach (var (hertz, decibels, above, below) in Table.Select(static row => row.Data))
        {
            var weighted = Decibels(new AWeighting(16_000), hertz, 16_000);

            if (hertz <= 4000)
            {
                Assert.InRange(weighted, decibels - below, decibels + above);
            }
        }
    }

    /// <summary>The same at 48 and 16 kHz by coefficients that were computed elsewhere.</summary>
    [Theory]
    [InlineData(48_000, 8000, -1.69)]
    [InlineData(48_000, 16_000, -13.14)]
    [InlineData(48_000, 31.5, -39.53)]
    [InlineData(48_000, 4000, 0.93)]
    [InlineData(48_000, 1000, 0)]
    [InlineData(16_000, 63, -26.259)]
    [InlineData(16_000, 4000, 0.472)]
    public void It_is_the_filter_that_others_have_computed(int rate, double hertz, double decibels) =>
        Assert.Equal(decibels, 20 * Math.Log10(new AWeighting(rate).MagnitudeAt(hertz, rate)), 0.005);

    [Fact]
    public void The_recursion_does_what_its_response_says()
    {
        foreach (var hertz in (double[])[20, 50, 200, 3000, 10_000])
        {
            var filter = new AWeighting(48_000);
            var expected = 20 * Math.Log10(filter.MagnitudeAt(hertz, 48_000));

            Assert.Equal(expected, Decibels(filter, hertz, 48_000), 0.01);
        }
    }

    [Fact]
    public void A_steady_offset_is_no_sound()
    {
        var filter = new AWeighting(48_000);
        var rest = 0.0;
        for (var index = 0; index < 24_000; index++)
        {
            rest = filter.Next(0.3);
        }

        Assert.Equal(0, rest, 1e-20);
    }

    [Fact]
    public void Weighting_allocates_nothing()
    {
        var filter = new AWeighting(48_000);

        Allocation.AssertNone(() => filter.Next(0.5));
    }

    /// <summary>Plays half a second, then measures a whole one.</summary>
    private static double Decibels(AWeighting filter, double hertz, int rate)
    {
        SoundLevel level = default;
        for (var index = 0; index < 1.5 * rate; index++)
        {
            var sample = filter.Next(Math.Sin(2 * Math.PI * hertz * index / rate));
            if (index >= rate / 2)
            {
                level.Add(sample);
            }
        }

        return level.DecibelsFullScale!.Value;
    }
}
