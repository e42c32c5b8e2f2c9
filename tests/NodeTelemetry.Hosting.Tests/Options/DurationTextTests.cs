using NodeTelemetry.Hosting.Options;
using Xunit;

namespace NodeTelemetry.Hosting.Tests.Options;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("2s", 2)]
    [InlineData("1.5s", 1.5)]
    [InlineData("1m", 60)]
    [InlineData("1.5m", 90)]
    [InlineData("1h", 3600)]
    [InlineData("5d", 432_000)]
    [InlineData("7D", 604_800)]
    [InlineData("00:00:02", 2)]
    [InlineData("0:00:02", 2)]
    [InlineData("0.00:01:00", 60)]
    public void Parses_durations(string text, double seconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("xs")]
    [InlineData("5")]
    [InlineData("-5s")]
    [InlineData("1,5s")]
    [InlineData("1e300d")]
    [InlineData("NaNs")]
    [InlineData("99999999999999999999h")]
    [InlineData("-00:00:01")]
    public void Rejects_other_texts(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData("0s")]
    [InlineData("2950ms")]
    [InlineData("90s")]
    [InlineData("2m")]
    [InlineData("3h")]
    [InlineData("7d")]
    public void Formats_in_the_largest_unit_without_a_fraction(string text)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(text, DurationText.Format(duration));
    }
}
