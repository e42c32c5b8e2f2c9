using NodeTelemetry.Agent.Kernel;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Kernel;

public sealed class AsciiReaderTests
{
    [Fact]
    public void Reads_words_numbers_and_lines()
    {
        var lines = new AsciiReader("a  12\t3.5\nlast"u8);
        Assert.True(lines.TryReadLine(out var line));
        var words = new AsciiReader(line);
        Assert.True(words.TryReadWord(out var word));
        Assert.Equal("a"u8, word);
        Assert.True(words.TryReadInteger(out var integer));
        Assert.Equal(12UL, integer);
        Assert.True(words.TryReadNumber(out var number));
        Assert.Equal(3.5, number);
        Assert.False(words.TryReadWord(out _));

        Assert.True(lines.TryReadLine(out line));
        Assert.Equal("last"u8, line);
        Assert.False(lines.TryReadLine(out _));
        Assert.True(lines.IsAtEnd);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("12x")]
    [InlineData("-1")]
    [InlineData("18446744073709551616")]
    public void Refuses_what_is_no_integer(string text) =>
        Assert.False(new AsciiReader(System.Text.Encoding.UTF8.GetBytes(text)).TryReadInteger(out _));

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    [InlineData("1,5")]
    public void Refuses_what_is_no_finite_number(string text) =>
        Assert.False(new AsciiReader(System.Text.Encoding.UTF8.GetBytes(text)).TryReadNumber(out _));
}
