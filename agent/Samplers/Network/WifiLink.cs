using System.Runtime.InteropServices;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers.Network;

/// <summary>Signal and bit rate of one Wi-Fi interface, from nl80211.</summary>
/// <remarks>
/// Source: include/uapi/linux/nl80211.h. The older <c>/proc/net/wireless</c> lacks the bit rates of newer standards
/// and is being removed from the kernel. Drivers such as the Raspberry Pi's query the chip's firmware,
/// which takes milliseconds, or seconds after a crash; it is therefore a slow source.
/// </remarks>
internal sealed class WifiLink : IDisposable
{
    /// <summary>The query period.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>The age at which a result is no longer sent.</summary>
    private static readonly TimeSpan AgeMax = 3 * Period;

    private const byte GetStationCommand = 17;
    private const ushort InterfaceAttribute = 3;
    private const ushort StationAttribute = 21;
    private const ushort SignalAttribute = 7;
    private const ushort SendRateAttribute = 8;
    private const ushort Rate16Attribute = 1;
    private const ushort Rate32Attribute = 5;

    /// <summary>The unit of rates is 100 kbit/s.</summary>
    private const double BytesPerRate = 12_500;

    private readonly int _index;
    private readonly GenericNetlink _netlink = new();
    private readonly TimeBoxes _boxes;
    private readonly SlowSource<WifiSignal?> _source;
    private ushort? _family;
    private WifiSignal? _signal;

    /// <summary>Initializes a new instance of the <see cref="WifiLink"/> class.</summary>
    /// <param name="index">The index of the interface.</param>
    /// <param name="wait">How long a tick waits for the first result.</param>
    /// <param name="time">The clock.</param>
    public WifiLink(int index, TimeSpan wait, TimeProvider time)
    {
        _index = index;
        _boxes = new TimeBoxes("Wi-Fi", wait, countMax: 1);
        _source = new SlowSource<WifiSignal?>(_boxes, Period, Query, signal => _signal = signal, time);
    }

    /// <summary>Parses signal and rate from a station dump.</summary>
    /// <remarks>An access point has several stations, a disconnected interface none.
    /// Drivers that do not know the signal or the rate report 0. Allocates: nothing.</remarks>
    /// <returns><see langword="null"/> if there is not exactly one station.</returns>
    public static WifiSignal? ParseStations(ReadOnlySpan<byte> reply, ushort family)
    {
        WifiSignal? found = null;
        var stations = 0;
        while (GenericNetlink.TryReadMessage(ref reply, out var type, out var attributes))
        {
            if (type == family && GenericNetlink.TryFind(attributes, StationAttribute, out var station))
            {
                stations++;
                found = new WifiSignal(ReadSignal(station), ReadRate(station));
            }
        }

        return stations == 1 ? found : null;
    }

    /// <summary>Queries the driver if due, and adds the last result to a section.</summary>
    public void Add(SectionBuilder into)
    {
        _source.Refresh();
        if (_signal is { } signal && _source.Age <= AgeMax)
        {
            into.Set(NetworkSection.SignalDecibels, signal.Decibels);
            into.Set(NetworkSection.WifiBytesPerSecond, signal.BytesPerSecond);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The socket of a query that hangs is closed with the process.
        _source.Close(_netlink.Dispose);
        _boxes.Dispose();
    }

    private static double? ReadSignal(ReadOnlySpan<byte> station) =>
        GenericNetlink.TryFind(station, SignalAttribute, out var signal) && signal.Length >= 1
        && (sbyte)signal[0] is < 0 and > sbyte.MinValue
            ? (sbyte)signal[0]
            : null;

    private static double? ReadRate(ReadOnlySpan<byte> station)
    {
        if (!GenericNetlink.TryFind(station, SendRateAttribute, out var rate))
        {
            return null;
        }

        var number =
            GenericNetlink.TryFind(rate, Rate32Attribute, out var wide) && wide.Length >= sizeof(uint)
                ? MemoryMarshal.Read<uint>(wide)
            : GenericNetlink.TryFind(rate, Rate16Attribute, out var narrow) && narrow.Length >= sizeof(ushort)
                ? MemoryMarshal.Read<ushort>(narrow)
            : 0U;
        return number is > 0 and < uint.MaxValue ? number * BytesPerRate : null;
    }

    private WifiSignal? Query()
    {
        _family ??= _netlink.FindFamily("nl80211\0"u8);
        Span<byte> index = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(index, _index);
        return _family is { } family
            ? ParseStations(
                _netlink.Ask(family, GetStationCommand, isDump: true, InterfaceAttribute, index), family)
            : null;
    }
}
