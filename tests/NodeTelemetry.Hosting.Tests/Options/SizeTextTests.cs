using NodeTelemetry.Hosting.Options;
using Xunit;

namespace NodeTelemetry.Hosting.Tests.Options;

public sealed class SizeTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("524288", 524_288)]
    [InlineData("512KiB", 524_288)]
    [InlineData("512 kib", 524_288)]
    [InlineData("64K", 65_536)]
    [InlineData("8M", 8_388_608)]
    [InlineData("1 GiB", 1_073_741_824)]
    public void Parses_sizes(string text, long expected)
    {
        Assert.True(SizeText.TryParse(text, out var bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("K")]
    [InlineData("-1")]
    [InlineData("1.5M")]
    [InlineData("5iB")]
    [InlineData("5MB")]
    [InlineData("9999999999P")]
    public void Rejects_other_texts(string text) => Assert.False(SizeText.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1500, "1500")]
    [InlineData(524_288, "512KiB")]
    [InlineData(1L << 50, "1PiB")]
    public void Formats_in_the_largest_unit_without_a_fraction(long bytes, string expected) =>
        Assert.Equal(expected, SizeText.Format(bytes));
}
