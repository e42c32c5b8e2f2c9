using System.Text;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Protocol.Tests;

/// <summary>The files under <c>fixtures/control</c>.</summary>
public sealed class ControlDecoderTests
{
    public static TheoryData<string> Valid => FilesIn("valid");

    public static TheoryData<string> Invalid => FilesIn("invalid");

    [Theory]
    [MemberData(nameof(Valid))]
    public void A_valid_datagram_asks_for_what_its_name_says(string file)
    {
        Assert.Equal(DecodeError.None, ControlDecoder.Decode(Read("valid", file), out var message));
        Assert.Equal(Enum.Parse<ControlRequest>(file.Split('-')[0]), message.Request);
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void An_invalid_datagram_is_refused_for_the_reason_in_its_name(string file)
    {
        Assert.Equal(
            Enum.Parse<DecodeError>(file.Split('-')[0]), ControlDecoder.Decode(Read("invalid", file), out var message));
        Assert.Equal(default, message);
    }

    [Fact]
    public void The_probe_is_written_as_the_fixture() =>
        Assert.Equal(Read("valid", "Sample-probe.json"), ControlEncoder.Sample.ToArray());

    [Fact]
    public void An_alert_level_for_a_display_is_written_as_the_fixture()
    {
        var expected = Read("valid", "Show-warning.json");
        Assert.Equal(DecodeError.None, ControlDecoder.Decode(expected, out var message));
        Assert.Equal((AlertLevel.Warning, 90), (message.Alert, message.AlertSeconds));
        var into = new byte[WireLimits.ControlBytesMax];
        Assert.Equal(expected, into[..ControlEncoder.Write(message, null, into)]);
    }

    [Fact]
    public void A_request_with_a_cookie_is_written_as_the_fixture()
    {
        var expected = Read("valid", "Sample-with-cookie.json");
        Assert.Equal(DecodeError.None, ControlDecoder.Decode(expected, out var message));
        Assert.Equal(0x4162335F2D397A5Aul, message.Cookie);
        var into = new byte[WireLimits.ControlBytesMax];
        Assert.Equal(expected, into[..ControlEncoder.Write(message, null, into)]);
        Assert.Equal(
            Read("valid", "Cookie-request.json"),
            into[..ControlEncoder.Write(new ControlMessage { Request = ControlRequest.Cookie }, null, into)]);
    }

    [Theory]
    [InlineData("{\"cookie\":\"Ab3_-9zZ\"}", true)]
    [InlineData("{\"cookie\": \"Ab3_-9z\"}", false)]
    [InlineData("{\"cookie\":\"Ab3 -9zZ\"}", false)]
    [InlineData("{\"cookie\":\"Ab3_-9zZ\"} ", false)]
    [InlineData("{\"cookie\":\"\"}", false)]
    [InlineData("", false)]
    public void A_challenge_has_one_form_and_is_shorter_than_every_request(string text, bool isChallenge)
    {
        Assert.Equal(isChallenge, RequestCookie.TryReadChallenge(Encoding.ASCII.GetBytes(text), out var cookie));
        var written = new byte[RequestCookie.ChallengeBytes];
        RequestCookie.WriteChallenge(cookie, written);
        Assert.Equal(isChallenge, text == Encoding.ASCII.GetString(written));
        Assert.True(written.Length < ControlEncoder.Sample.Length);
    }

    [Fact]
    public void A_sample_is_no_control_datagram()
    {
        var sample = File.ReadAllBytes(RepositoryRoot.Fixture("datagrams", "valid", "minimal.json"));
        Assert.Equal(DecodeError.MissingField, ControlDecoder.Decode(sample, out _));
    }

    [Theory]
    [InlineData("valid")]
    [InlineData("invalid")]
    public void Decoding_allocates_nothing(string folder)
    {
        byte[][] datagrams = [.. FilesIn(folder).Select(row => Read(folder, row.Data))];
        DecodeAll(datagrams);
        var before = GC.GetAllocatedBytesForCurrentThread();
        DecodeAll(datagrams);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_changes_never_throw(int seed)
    {
        var random = new Random(seed);
        var probe = Read("valid", "Range-samples.json");
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = probe[..random.Next(probe.Length + 1)].ToArray();
            for (var change = random.Next(4); change > 0 && bytes.Length > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var error = ControlDecoder.Decode(bytes, out var message);
            Assert.Equal(error != DecodeError.None, message.Request == ControlRequest.None);
        }
    }

    private static void DecodeAll(byte[][] datagrams)
    {
        foreach (var datagram in datagrams)
        {
            ControlDecoder.Decode(datagram, out _);
        }
    }

    private static byte[] Read(string folder, string file) =>
        File.ReadAllBytes(RepositoryRoot.Fixture("control", folder, file));

    private static TheoryData<string> FilesIn(string folder) =>
        [.. Directory.GetFiles(RepositoryRoot.Fixture("control", folder)).Select(path => Path.GetFileName(path)!).Order()];
}
