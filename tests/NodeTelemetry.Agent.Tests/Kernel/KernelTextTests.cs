using System.Text;
using NodeTelemetry.Agent.Kernel;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Kernel;

public sealed class KernelTextTests
{
    [Theory]
    [InlineData("Raspberry Pi\0", "Raspberry Pi")]
    [InlineData("  x \t\r\n", "x")]
    [InlineData("first\nsecond", "first")]
    [InlineData("äöü", "äö")]
    [InlineData("12345678", "12345")]
    public void Cleans_and_cuts(string text, string expected) =>
        Assert.Equal(expected, KernelText.Clean(Encoding.UTF8.GetBytes(text), expected is "äö" or "12345" ? 5 : 64));

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData(" \n")]
    public void Has_nothing_of_an_empty_text(string text) =>
        Assert.Null(KernelText.Clean(Encoding.UTF8.GetBytes(text), 64));

    [Theory]
    [InlineData("bell\u0007", 64, "bell\\u0007")]
    [InlineData("evil\u202Etxt", 64, "evil\\u202etxt")]
    [InlineData("a\u0007b", 8, "a\\u0007b")]
    [InlineData("ab\u0007b", 7, "ab")]
    public void What_does_not_show_is_escaped(string text, int bytesMax, string expected) =>
        Assert.Equal(expected, KernelText.Clean(Encoding.UTF8.GetBytes(text), bytesMax));

    [Fact]
    public void Has_nothing_of_what_is_not_utf8() => Assert.Null(KernelText.Clean([0xFF, 0xFE], 64));
}
