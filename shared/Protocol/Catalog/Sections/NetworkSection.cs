using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>net</c>: network interfaces, by name.</summary>
/// <remarks>
/// Source: Documentation/ABI/testing/sysfs-class-net and sysfs-class-net-statistics of the kernel.
/// </remarks>
public static class NetworkSection
{
    /// <summary>Bytes received.</summary>
    public static readonly FieldDefinition ReceivedBytes = Counter(
        "rx", "network_receive_bytes", "system.network.io.receive", ReadingUnit.Bytes,
        "Bytes received", inHistory: true);

    /// <summary>Bytes sent.</summary>
    public static readonly FieldDefinition SentBytes = Counter(
        "tx", "network_transmit_bytes", "system.network.io.transmit", ReadingUnit.Bytes,
        "Bytes sent", inHistory: true);

    /// <summary>Packets received.</summary>
    public static readonly FieldDefinition ReceivedPackets = Counter(
        "rxpkts", "network_receive_packets", "system.network.packet.count.receive", ReadingUnit.None,
        "Packets received");

    /// <summary>Packets sent.</summary>
    public static readonly FieldDefinition SentPackets = Counter(
        "txpkts", "network_transmit_packets", "system.network.packet.count.transmit", ReadingUnit.None,
        "Packets sent");

    /// <summary>Packets received and thrown away.</summary>
    public static readonly FieldDefinition ReceiveDrops = Counter(
        "rxdrop", "network_receive_drops", "system.network.packet.dropped.receive", ReadingUnit.None,
        "Packets received and thrown away");

    /// <summary>Packets thrown away instead of sent.</summary>
    public static readonly FieldDefinition SendDrops = Counter(
        "txdrop", "network_transmit_drops", "system.network.packet.dropped.transmit", ReadingUnit.None,
        "Packets thrown away instead of sent");

    /// <summary>Packets received with errors.</summary>
    public static readonly FieldDefinition ReceiveErrors = Counter(
        "rxerr", "network_receive_errors", "system.network.errors.receive", ReadingUnit.None,
        "Packets received with errors");

    /// <summary>Packets that could not be sent.</summary>
    public static readonly FieldDefinition SendErrors = Counter(
        "txerr", "network_transmit_errors", "system.network.errors.transmit", ReadingUnit.None,
        "Packets that could not be sent");

    /// <summary>The interface has a carrier.</summary>
    public static readonly FieldDefinition Up = Flag(
        "up", "network_up", "system.network.up", "The interface has a carrier");

    /// <summary>Times that the carrier came or went.</summary>
    public static readonly FieldDefinition CarrierChanges = Counter(
        "changes", "network_carrier_changes", "system.network.carrier_changes", ReadingUnit.None,
        "Times that the carrier came or went");

    /// <summary>Speed of the link.</summary>
    public static readonly FieldDefinition SpeedBytesPerSecond = Gauge(
        "speed", "network_speed_bytes_per_second", "hw.network.bandwidth.limit", ReadingUnit.BytesPerSecond,
        "Speed of the link");

    /// <summary>Strength of the Wi-Fi signal over a milliwatt.</summary>
    public static readonly FieldDefinition SignalDecibels = Signed(
        "signal", "network_wifi_signal_dbm", "nodetelemetry.wifi.signal", ReadingUnit.Decibels, 200, 0,
        "Strength of the Wi-Fi signal over a milliwatt", inHistory: true);

    /// <summary>Present rate of the Wi-Fi link.</summary>
    public static readonly FieldDefinition WifiBytesPerSecond = Gauge(
        "bitrate", "network_wifi_rate_bytes_per_second", "nodetelemetry.wifi.rate", ReadingUnit.BytesPerSecond,
        "Present rate of the Wi-Fi link");

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "net",
        "Network interfaces, by name",
        ReceivedBytes, SentBytes, ReceivedPackets, SentPackets, ReceiveDrops, SendDrops, ReceiveErrors, SendErrors,
        Up, CarrierChanges, SpeedBytesPerSecond, SignalDecibels, WifiBytesPerSecond)
    {
        EntryLabel = "interface",
        EntryFieldName = "network.interface.name",
    };
}
