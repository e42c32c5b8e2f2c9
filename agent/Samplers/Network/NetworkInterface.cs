using System.Globalization;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers.Network;

/// <summary>One network interface that is read: its files in <c>/sys/class/net</c>, kept open.</summary>
internal sealed class NetworkInterface : IDisposable
{
    /// <summary>The period of reading the speed of an unchanged carrier:
    /// the driver may have to query a USB chip.</summary>
    public static readonly TimeSpan SpeedPeriod = TimeSpan.FromMinutes(1);

    /// <summary>The period of reading the carrier although the kernel has counted no change:
    /// an administrative shutdown is not counted.</summary>
    public static readonly TimeSpan CarrierPeriod = TimeSpan.FromSeconds(5);

    /// <summary>10^6 bits a second, by 8.</summary>
    private const double BytesPerMegabit = 125_000;

    /// <summary>1.6 Tbit/s, the fastest Ethernet; drivers without a speed write 0 or -1,
    /// signed or unsigned, of 32 or 16 bits.</summary>
    private const long MegabitsMax = 1_600_000;
    private const long MegabitsUnknown = ushort.MaxValue;

    private readonly KernelFile _carrier;
    private readonly KernelFile _changes;
    private readonly KernelFile _speed;
    private readonly byte[] _buffer = new byte[32];
    private readonly Cadence _carrierCadence;
    private readonly Cadence _speedCadence;
    private long? _changesSeen;
    private bool? _hasCarrier;
    private double? _bytesPerSecond;

    /// <summary>Initializes a new instance of the <see cref="NetworkInterface"/> class.</summary>
    public NetworkInterface(string name, string folder, TimeProvider time)
    {
        Name = PlainText.Escape(name);
        _carrierCadence = new Cadence(CarrierPeriod, time);
        _speedCadence = new Cadence(SpeedPeriod, time);
        _carrier = new KernelFile(Path.Join(folder, "carrier"));
        _changes = new KernelFile(Path.Join(folder, "carrier_changes"));
        _speed = new KernelFile(Path.Join(folder, "speed"));
        Span<byte> text = stackalloc byte[16];
        Index = Directory.Exists(Path.Join(folder, "phy80211"))
            && KernelFile.ReadOnce(Path.Join(folder, "ifindex"), text, out var length) == FileOutcome.Ok
            && int.TryParse(text[..length].TrimEnd((byte)'\n'), CultureInfo.InvariantCulture, out var index)
                ? index
                : null;
    }

    /// <summary>Gets its name.</summary>
    public string Name { get; }

    /// <summary>Gets its number if it is a Wi-Fi interface.</summary>
    public int? Index { get; }

    /// <summary>Gets or sets its Wi-Fi link.</summary>
    public WifiLink? Wifi { get; set; }

    /// <summary>Parses a speed.</summary>
    /// <remarks>Source: Documentation/ABI/testing/sysfs-class-net, <c>speed</c>. Units: Mbit/s in, bytes a second out.
    /// Allocates: nothing.</remarks>
    /// <returns><see langword="null"/> if the driver does not know it.</returns>
    public static double? ParseSpeed(ReadOnlySpan<byte> text) =>
        new AsciiReader(text).TryReadSigned(out var megabits)
        && megabits is > 0 and <= MegabitsMax and not MegabitsUnknown
            ? megabits * BytesPerMegabit
            : null;

    /// <summary>Adds its link to the section.</summary>
    public void Add(SectionBuilder into)
    {
        var changes = ReadNumber(_changes);
        into.Set(NetworkSection.CarrierChanges, (double?)changes);
        var hasChanged = changes != _changesSeen;
        _changesSeen = changes;
        if (_carrierCadence.IsDue(atOnce: hasChanged))
        {
            // A link that is down has no carrier to read: EINVAL.
            var carrier = ReadNumber(_carrier);
            _hasCarrier = carrier is not null || _carrier.LastError == LibC.InvalidArgument ? carrier is > 0 : null;
        }

        if (_hasCarrier is { } isUp)
        {
            into.Set(NetworkSection.Up, isUp);
        }

        if (_hasCarrier == true)
        {
            if (_speedCadence.IsDue(atOnce: hasChanged))
            {
                var outcome = _speed.Read(_buffer, out var length);
                _bytesPerSecond = outcome == FileOutcome.Ok ? ParseSpeed(_buffer.AsSpan(0, length)) : null;
            }

            into.Set(NetworkSection.SpeedBytesPerSecond, _bytesPerSecond);
        }

        if (Wifi is { } wifi)
        {
            wifi.Add(into);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _carrier.Dispose();
        _changes.Dispose();
        _speed.Dispose();
        Wifi?.Dispose();
    }

    private long? ReadNumber(KernelFile file) =>
        file.Read(_buffer, out var length) == FileOutcome.Ok
        && new AsciiReader(_buffer.AsSpan(0, length)).TryReadSigned(out var number)
        && number >= 0
            ? number
            : null;
}
