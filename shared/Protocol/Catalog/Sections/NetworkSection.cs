using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>net</c>.</summary>
/// <remarks>Source: Documentation/ABI/testing/sysfs-class-net and sysfs-class-net-statistics of the kernel.</remarks>
public static class NetworkSection
{
    public static readonly FieldDefinition ReceivedBytes = Counter(
        "rx", "network_receive_bytes", "system.network.io.receive", Bytes, "Bytes received", inHistory: true);
    public static readonly FieldDefinition SentBytes = Counter(
        "tx", "network_transmit_bytes", "system.network.io.transmit", Bytes, "Bytes sent", inHistory: true);
    public static readonly FieldDefinition ReceivedPackets = Counter(
        "rxpkts", "network_receive_packets", "system.network.packet.count.receive", None, "Packets received").Slow();
    public static readonly FieldDefinition SentPackets = Counter(
        "txpkts", "network_transmit_packets", "system.network.packet.count.transmit", None, "Packets sent").Slow();
    public static readonly FieldDefinition ReceiveDrops = Counter(
        "rxdrop", "network_receive_drops", "system.network.packet.dropped.receive", None, "Received packets dropped");
    public static readonly FieldDefinition SendDrops = Counter(
        "txdrop", "network_transmit_drops", "system.network.packet.dropped.transmit", None, "Outgoing packets dropped");
    public static readonly FieldDefinition ReceiveErrors = Counter(
        "rxerr", "network_receive_errors", "system.network.errors.receive", None, "Receive errors");
    public static readonly FieldDefinition SendErrors = Counter(
        "txerr", "network_transmit_errors", "system.network.errors.transmit", None, "Transmit errors");
    public static readonly FieldDefinition Up = Flag(
        "up", "network_up", "system.network.up", "The interface has a carrier");
    public static readonly FieldDefinition CarrierChanges = Counter(
        "changes", "network_carrier_changes", "system.network.carrier_changes", None, "Carrier changes");
    public static readonly FieldDefinition SpeedBytesPerSecond = Gauge(
        "speed", "network_speed_bytes_per_second", "hw.network.bandwidth.limit", BytesPerSecond, "Link speed");
    public static readonly FieldDefinition SignalDecibels = Signed(
        "signal", "network_wifi_signal_dbm", "nodetelemetry.wifi.signal", Decibels, 200, 0,
        "Wi-Fi signal strength in dBm", inHistory: true);
    public static readonly FieldDefinition WifiBytesPerSecond = Gauge(
        "bitrate", "network_wifi_rate_bytes_per_second", "nodetelemetry.wifi.rate", BytesPerSecond,
        "Current Wi-Fi bit rate").Slow();

    public static readonly SectionDefinition Definition = new(
        "net", "Network interfaces, by name",
        ReceivedBytes, SentBytes, ReceivedPackets, SentPackets, ReceiveDrops, SendDrops, ReceiveErrors, SendErrors,
        Up, CarrierChanges, SpeedBytesPerSecond, SignalDecibels, WifiBytesPerSecond)
    {
        EntryLabel = "interface",
        EntryFieldName = "network.interface.name",
    };
}
