using NodeTelemetry.Agent.Sensors.Chips;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Chips;

/// <summary>Frames of a PMS5003, whole, in pieces, spoilt, and among rubbish.</summary>
public sealed class Pms5003ReaderTests
{
    private readonly Pms5003Reader _reader = new();

    public static TheoryData<string> Frames =>
        [.. SensorVectors.Of("pms5003").Select(static vector => vector.GetProperty("frame").GetString()!)];

    private static byte[] Good => SensorVectors.Of("pms5003")[0].Bytes("frame");

    [Theory]
    [MemberData(nameof(Frames))]
    public void A_frame_says_what_is_in_ordinary_air(string hex)
    {
        var vector = SensorVectors.Of("pms5003").Single(item => item.GetProperty("frame").GetString() == hex);
        var words = vector.GetProperty("words").EnumerateArray().Select(static word => word.GetInt32()).ToList();

        var frame = Assert.Single(Read(Convert.FromHexString(hex)));

        Assert.Equal((words[3], words[4], words[5]), (frame.Pm1, frame.Pm25, frame.Pm10));
        Assert.Equal(words[12] & 0xFF, frame.ErrorCode);
        Assert.Equal(words.TrueForAll(static word => word == 0), frame.IsEmpty);
        Assert.Equal(0, _reader.BytesSkipped);
    }

    [Fact]
    public void The_columns_are_those_of_air_and_not_of_the_calibration()
    {
        var frame = Assert.Single(Read(SensorVectors.Of("pms5003")[1].Bytes("frame")));

        Assert.Equal(new Pms5003Frame(11, 16, 20, 0, IsEmpty: false), frame);
    }

    [Fact]
    public void A_flipped_bit_anywhere_costs_the_frame_and_not_the_next()
    {
        for (var index = 0; index < Pms5003Frame.Length; index++)
        {
            byte[] bytes = [.. Good, .. Good];
            bytes[index] ^= 0x10;

            Assert.Equal(13, Assert.Single(Read(bytes)).Pm25);
        }
    }

    [Theory]
    [InlineData("42")]
    [InlineData("4D42")]
    [InlineData("424D424D")]
    [InlineData("424D001C")]
    [InlineData("424D00FF0102")]
    [InlineData("00FF1142")]
    public void Rubbish_before_a_frame_is_passed_over(string rubbish)
    {
        Assert.Equal(13, Assert.Single(Read([.. Convert.FromHexString(rubbish), .. Good, .. Good[..1]])).Pm25);
        Assert.Equal(rubbish.Length / 2, _reader.BytesSkipped);
    }

    [Fact]
    public void A_frame_may_come_in_any_pieces()
    {
        for (var piece = 1; piece <= 2 * Pms5003Frame.Length; piece++)
        {
            var count = 0;
            foreach (var bytes in ((byte[])[.. Good, .. Good, .. Good]).Chunk(piece))
            {
                count += Read(bytes).Count;
            }

            Assert.Equal(3, count);
        }
    }

    [Fact]
    public void Half_a_frame_before_a_whole_one_is_passed_over()
    {
        Assert.Equal(13, Assert.Single(Read([.. Good[..17], .. Good])).Pm25);
        Assert.Equal(17, _reader.BytesSkipped);
    }

    [Theory]
    [InlineData("424d0004e1000174")]
    [InlineData("424d0004e1010175")]
    [InlineData("424d0004e4000177")]
    public void Answers_to_commands_are_no_frames(string answer)
    {
        Assert.Equal(13, Assert.Single(Read([.. Convert.FromHexString(answer), .. Good])).Pm25);
        Assert.Equal(0, _reader.BytesSkipped);
    }

    [Fact]
    public void Nothing_that_may_come_over_a_line_breaks_it()
    {
        var random = new Random(20261121);
        var bytes = new byte[64];
        for (var round = 0; round < 5000; round++)
        {
            var piece = bytes.AsSpan(0, random.Next(1, bytes.Length));
            random.NextBytes(piece);

            // Headers and lengths are what it takes to get further than the first byte.
            if (piece.Length > 3 && random.Next(3) == 0)
            {
                Convert.FromHexString("424D001C").CopyTo(piece);
            }

            Read(piece.ToArray());
        }

        Assert.Equal(13, Read([.. Good, .. Good])[^1].Pm25);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var good = Good;

        Allocation.AssertNone(() =>
        {
            good.CopyTo(_reader.Free);
            _reader.Advance(good.Length);
            _reader.TryTake(out _);
        });
    }

    /// <summary>Reads bytes as they come over a line.</summary>
    private List<Pms5003Frame> Read(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<Pms5003Frame>();
        while (!bytes.IsEmpty)
        {
            Assert.False(_reader.Free.IsEmpty);
            var piece = Math.Min(bytes.Length, _reader.Free.Length);
            bytes[..piece].CopyTo(_reader.Free);
            bytes = bytes[piece..];
            _reader.Advance(piece);
            while (_reader.TryTake(out var frame))
            {
                frames.Add(frame);
            }
        }

        return frames;
    }
}
