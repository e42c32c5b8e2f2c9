using System.Runtime.InteropServices;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers.Network;

/// <summary>Signal and bit rate of one Wi-Fi interface, from nl80211.</summary>
/// <remarks>
/// Source: include/uapi/linux/nl80211.h of the kernel. <c>/proc/net/wireless</c> and its calls have no bit rate of
/// newer standards, and are on their way out of the kernel. Drivers such as the Raspberry Pi's ask the chip's firmware,
/// which takes milliseconds, and seconds when it has crashed: so rarely and on another thread.
/// </remarks>
internal sealed class WifiLink : IDisposable
{
    /// <summary>How often the chip is asked.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>What is older is not told any more.</summary>
    private static readonly TimeSpan AgeMax = 3 * Period;

    private const byte GetStationCommand = 17;
    private const ushort InterfaceAttribute = 3;
    private const ushort StationAttribute = 21;
    private const ushort SignalAttribute = 7;
    private const ushort SendRateAttribute = 8;
    private const ushort Rate16Attribute = 1;
    private const ushort Rate32Attribute = 5;

    /// <summary>Rates are in 100 kbit/s.</summary>
    private const double BytesPerRate = 12_500;

    private readonly int _index;
    private readonly TimeProvider _time;
    private readonly GenericNetlink _netlink = new();
    private readonly TimeBoxes _boxes;
    private readonly SlowWork _work;
    private ushort? _family;
    private WifiSignal? _answer;
    private WifiSignal? _known;
    private long? _asked;

    /// <summary>Initializes a new instance of the <see cref="WifiLink"/> class.</summary>
    /// <param name="index">The interface's number.</param>
    /// <param name="wait">How long a tick waits for the first answer.</param>
    /// <param name="time">The clock.</param>
    public WifiLink(int index, TimeSpan wait, TimeProvider time)
    {
        _index = index;
        _time = time;
        _boxes = new TimeBoxes("Wi-Fi", wait, countMax: 1);
        _work = new SlowWork(Ask);
    }

    /// <summary>Finds signal and rate in an answer about stations.</summary>
    /// <remarks>An access point has several stations and a station that is not connected none: then there is nothing to
    /// tell. Allocates: nothing.</remarks>
    /// <returns><see langword="null"/> if there is not exactly one station.</returns>
    public static WifiSignal? ParseStations(ReadOnlySpan<byte> answer, ushort family)
    {
        WifiSignal? found = null;
        var stations = 0;
        while (GenericNetlink.TryReadMessage(ref answer, out var type, out var attributes))
        {
            if (type == family && GenericNetlink.TryFind(attributes, StationAttribute, out var station))
            {
                stations++;
                found = new WifiSignal(ReadSignal(station), ReadRate(station));
            }
        }

        return stations == 1 ? found : null;
    }

    /// <summary>Puts what is known into the section, and asks again when it is time.</summary>
    public void Add(SectionBuilder into)
    {
        if (!_boxes.IsRunning(_work))
        {
            if (_asked is not { } asked || _time.GetElapsedTime(asked) >= Period)
            {
                _known = _answer;
                _asked = _time.GetTimestamp();
                _boxes.TryRun(_work);
            }

            if (!_boxes.IsRunning(_work))
            {
                _known = _answer;
            }
        }

        if (_known is { } signal && _time.GetElapsedTime(_asked!.Value) <= AgeMax)
        {
            into.Set(NetworkSection.SignalDecibels, signal.Decibels);
            into.Set(NetworkSection.WifiBytesPerSecond, signal.BytesPerSecond);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // While the chip is being asked, the socket is the other thread's; the kernel closes it with the process.
        if (!_boxes.IsRunning(_work))
        {
            _netlink.Dispose();
        }

        _boxes.Abandon(_work);
        _boxes.Dispose();
    }

    private static double? ReadSignal(ReadOnlySpan<byte> station) =>
        GenericNetlink.TryFind(station, SignalAttribute, out var signal) && signal.Length >= 1
            ? (sbyte)signal[0]
            : null;

    private static double? ReadRate(ReadOnlySpan<byte> station) =>
        !GenericNetlink.TryFind(station, SendRateAttribute, out var rate) ? null
        : GenericNetlink.TryFind(rate, Rate32Attribute, out var wide) && wide.Length >= sizeof(uint)
            ? MemoryMarshal.Read<uint>(wide) * BytesPerRate
        : GenericNetlink.TryFind(rate, Rate16Attribute, out var narrow) && narrow.Length >= sizeof(ushort)
            ? MemoryMarshal.Read<ushort>(narrow) * BytesPerRate
        : null;

    private void Ask()
    {
        _family ??= _netlink.FindFamily("nl80211\0"u8);
        Span<byte> index = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(index, _index);
        _answer = _family is { } family
            ? ParseStations(
                _netlink.Ask(family, GetStationCommand, isDump: true, InterfaceAttribute, index), family)
            : null;
    }
}
