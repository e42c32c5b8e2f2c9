using System.Text;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using Xunit;

namespace NodeTelemetry.Protocol.Tests;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("eth0", "eth0")]
    [InlineData("Küche-π.Example.🚀", "Küche-π.Example.🚀")]
    [InlineData("a\"b\\c d", "a\"b\\c d")]
    [InlineData("/a\tb\nc", "/a\\u0009b\\u000ac")]
    [InlineData("\0", "\\u0000")]
    [InlineData("x\u007F\u0085", "x\\u007f\\u0085")]
    [InlineData("cod.exe\u202Etxt", "cod.exe\\u202etxt")]
    [InlineData("a\u2028b\u2029", "a\\u2028b\\u2029")]
    [InlineData("pi\u200B-01\u2060\uFEFF\u00AD", "pi\\u200b-01\\u2060\\ufeff\\u00ad")]
    [InlineData("🚀\u2066a", "🚀\\u2066a")]
    [InlineData("x\uDB40\uDC41", "x\\udb40\\udc41")]
    [InlineData("", "")]
    public void What_does_not_show_is_escaped_once(string text, string expected)
    {
        Assert.Equal(expected, PlainText.Escape(text));
        Assert.Equal(expected, PlainText.Escape(expected));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_escaped() =>
        Assert.Equal("\\ude80🚀\\ud83dx", PlainText.Escape("\uDE80🚀\uD83Dx"));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_escaped_one_by_one()
    {
        Assert.Equal("/mnt/\\xff\\xfe", PlainText.FromBytes([.. "/mnt/"u8, 0xFF, 0xFE]));
        Assert.Equal("ä\\xe4\\u000aß", PlainText.FromBytes([.. "ä"u8, 0xE4, 0x0A, .. "ß"u8]));
        Assert.Equal("\\xf0\\x9f\\x9a", PlainText.FromBytes([0xF0, 0x9F, 0x9A]));
    }

    [Fact]
    public void A_text_that_grows_too_long_is_cut_between_characters()
    {
        Assert.Equal("a\\u0009", PlainText.Escape("a\t\tb", 12));
        Assert.Equal("ä", PlainText.Escape("ä\tb", 7));
        Assert.Equal("longer than that", PlainText.Escape("longer than that", 3));
    }

    [Fact]
    public void Random_texts_are_printable_and_stay_as_they_are()
    {
        var random = new Random(20261130);
        for (var round = 0; round < 20_000; round++)
        {
            var text = PlainText.Escape(new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 256 : 65536))]));
            Assert.Equal(text, PlainText.Escape(text));
            Assert.DoesNotContain(text, static character => char.IsControl(character) || character is '\u202E' or '\u200B');
            Assert.Equal(text, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));

            var bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            text = PlainText.FromBytes(bytes);
            Assert.Equal(text, PlainText.Escape(text));
        }
    }

    /// <summary>A sender that knows nothing of the rule: nothing else of its sample is lost.</summary>
    [Fact]
    public void A_received_name_is_escaped_and_costs_nothing_else()
    {
        var decoder = new SnapshotDecoder();
        var error = decoder.Decode(
            """{"hostname":"pi\u202E\u0007","v":1,"node":"a1b2c3d4e5f60718","boot":"5a1e33d0","run":"0badcafe","seq":1,"time":1,"interval":1000,"labels":{"rack":"a\u200bb"},"disk":{"/mnt/tab\there":{"used":0.5},"/mnt/new\nline":{"used":0.25,"dev":"x\u2028y"}}}"""u8.ToArray(),
            out var snapshot);

        Assert.Equal(DecodeError.None, error);
        Assert.Equal("pi\\u202e\\u0007", snapshot!.Hostname);
        Assert.Equal("a\\u200bb", snapshot.Labels![0].Value);
        var disks = snapshot.Section(FilesystemsSection.Definition)!;
        Assert.Equal(0.5, disks.Find("/mnt/tab\\u0009here")!.Value[FilesystemsSection.UsedRatio]);
        Assert.Equal("x\\u2028y", disks.Find("/mnt/new\\u000aline")!.Value.Text(FilesystemsSection.Device));
    }

    /// <summary>The sender's side of the same rule.</summary>
    [Fact]
    public void A_sent_name_is_escaped()
    {
        var builder = new SectionBuilder(FilesystemsSection.Definition);
        Assert.True(builder.Begin("/mnt/tab\there"));
        builder.Set(FilesystemsSection.Device, "x\u202Ey");

        var entry = builder.Build()![0];
        Assert.Equal("/mnt/tab\\u0009here", entry.Name);
        Assert.Equal("x\\u202ey", entry.Text(FilesystemsSection.Device));
    }

    [Theory]
    [InlineData(1.073e-06)]
    [InlineData(0.1)]
    [InlineData(123456789.12345678)]
    [InlineData(-1.2345678901234567e-20)]
    [InlineData(1.8446744073709552e19)]
    public void A_textfile_s_value_keeps_all_its_digits(double value)
    {
        var builder = new SectionBuilder(TextfileMetricsSection.Definition);
        builder.Begin("x");
        Assert.True(builder.Set(TextfileMetricsSection.Value, value));
        using var encoder = new SnapshotEncoder();
        Assert.Equal(1, encoder.Encode(new NodeSnapshot { Hostname = "n", Sections = [builder.Build()!] }));

        Assert.Equal(DecodeError.None, new SnapshotDecoder().Decode(encoder.Datagram(0).ToArray(), out var snapshot));
        Assert.Equal(value, snapshot!.Section(TextfileMetricsSection.Definition)![0][TextfileMetricsSection.Value]);
    }
}
