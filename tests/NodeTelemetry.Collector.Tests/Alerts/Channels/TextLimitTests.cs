using System.Text;
using NodeTelemetry.Collector.Alerts.Channels;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Alerts.Channels;

public sealed class TextLimitTests
{
    /// <summary>A family of four people, a flag, a letter with an accent of its own, a kanji outside the basic plane.</summary>
    private const string Family = "👨‍👩‍👧‍👦";

    [Theory]
    [InlineData("abcdef", 4, "abc…")]
    [InlineData("abcd", 4, "abcd")]
    [InlineData("ab" + Family + "cd", 10, "ab…")]
    [InlineData("ab" + Family + "cdef", 15, "ab" + Family + "c…")]
    [InlineData("e\u0301e\u0301e\u0301", 5, "e\u0301e\u0301…")]
    [InlineData("🇩🇪🇫🇷", 7, "🇩🇪…")]
    [InlineData("𠮟𠮟𠮟", 4, "𠮟…")]
    [InlineData("abc", 0, "")]
    public void A_text_is_cut_between_visible_characters(string text, int max, string expected) =>
        Assert.Equal(expected, new TextLimit(max).Cut(text));

    [Theory]
    [InlineData("ßßß", 6, "ßßß")]
    [InlineData("ßßß", 5, "ß…")]
    [InlineData("🚀🚀🚀", 11, "🚀🚀…")]
    [InlineData("🚀", 3, "…")]
    [InlineData("🚀", 2, "")]
    public void Bytes_are_counted_in_UTF_8(string text, int max, string expected) =>
        Assert.Equal(expected, new TextLimit(max, IsBytes: true).Cut(text));

    /// <summary>A name of one letter with thousands of accents is one visible character.</summary>
    [Fact]
    public void A_letter_with_thousands_of_accents_is_cut_too()
    {
        var text = "e" + new string('\u0301', 5000);
        Assert.Equal(100, new TextLimit(100).Cut(text).Length);
    }

    [Fact]
    public void No_cut_is_above_the_limit_or_breaks_a_character()
    {
        string[] parts = ["a", "ß", "€", "🚀", Family, "e\u0301", "🇩🇪", "\n", "\u200d", "\ufe0f"];
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, 40).Select(_ => parts[random.Next(parts.Length)]));
            var limit = new TextLimit(random.Next(1, 200), random.Next(2) == 0);
            var cut = limit.Cut(text);
            Assert.True(limit.Accepts(cut), $"seed {seed}");
            Assert.True(cut == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(cut)), $"seed {seed}");
        }
    }
}
