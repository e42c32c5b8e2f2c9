using System.Buffers.Binary;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers.Network;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Network;

/// <summary>Answers of nl80211 are made here byte by byte: CI machines have no Wi-Fi. The conversation itself is tested
/// with the one family that every kernel has.</summary>
public sealed class WifiLinkTests
{
    private const ushort Family = 28;

    [Fact]
    public void The_kernel_answers_who_asks_for_a_family()
    {
        using var netlink = new GenericNetlink();
        Assert.Equal((ushort)16, netlink.FindFamily("nlctrl\0"u8));
        Assert.Null(netlink.FindFamily("no-such-family\0"u8));
        Assert.Equal((ushort)16, netlink.FindFamily("nlctrl\0"u8));
    }

    [Fact]
    public void Signal_and_rate_of_the_one_station_are_found()
    {
        // -58 dBm; 866.7 Mbit/s does not fit the older field for the rate, 65535 times 100 kbit/s.
        var station = Attribute(21, [.. Attribute(7, [0xC6]), .. Attribute(8, [.. Attribute(1, [0xFF, 0xFF]), .. Attribute(5, Number(8667))])]);
        byte[] answer = [.. Message(Family, [.. Attribute(3, Number(3)), .. station]), .. Message(GenericNetlink.DoneType, [])];

        Assert.Equal(new WifiSignal(-58, 8667 * 12_500.0), WifiLink.ParseStations(answer, Family));
    }

    [Fact]
    public void Older_kernels_have_the_shorter_rate_and_some_drivers_none()
    {
        Assert.Equal(
            new WifiSignal(null, 650 * 12_500.0),
            WifiLink.ParseStations(Message(Family, Attribute(21, Attribute(8, Attribute(1, [0x8A, 0x02])))), Family));
        Assert.Equal(
            new WifiSignal(-70, null), WifiLink.ParseStations(Message(Family, Attribute(21, Attribute(7, [0xBA]))), Family));
    }

    [Fact]
    public void A_driver_that_knows_neither_reports_neither() => Assert.Equal(
        new WifiSignal(null, null),
        WifiLink.ParseStations(
            Message(Family, Attribute(21, [.. Attribute(7, [0x00]), .. Attribute(8, [.. Attribute(1, [0x00, 0x00]), .. Attribute(5, Number(-1))])])),
            Family));

    [Fact]
    public void Without_exactly_one_station_nothing_is_reported()
    {
        var one = Message(Family, Attribute(21, Attribute(7, [0xC6])));
        Assert.Null(WifiLink.ParseStations([.. one, .. one], Family));
        Assert.Null(WifiLink.ParseStations(Message(GenericNetlink.DoneType, []), Family));
        Assert.Null(WifiLink.ParseStations(Message(GenericNetlink.ErrorType, new byte[20]), Family));
        Assert.Null(WifiLink.ParseStations(default, Family));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    public void Damaged_answers_throw_nowhere(int seed)
    {
        var random = new Random(seed);
        var original = Message(Family, Attribute(21, [.. Attribute(7, [0xC6]), .. Attribute(8, Attribute(5, Number(8667)))]));
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = (byte[])original.Clone();
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            _ = WifiLink.ParseStations(bytes.AsSpan(0, random.Next(bytes.Length + 1)), Family);
        }
    }

    private static byte[] Number(int value) => BitConverter.GetBytes(value);

    private static byte[] Attribute(ushort type, byte[] value)
    {
        var bytes = new byte[(4 + value.Length + 3) & ~3];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), type);
        value.CopyTo(bytes, 4);
        return bytes;
    }

    private static byte[] Message(ushort type, byte[] attributes)
    {
        var bytes = new byte[20 + attributes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), type);
        attributes.CopyTo(bytes, 20);
        return bytes;
    }
}
