using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>supply</c>.</summary>
/// <remarks>Source: Documentation/ABI/testing/sysfs-class-power of the kernel.</remarks>
public static class SuppliesSection
{
    public static readonly FieldDefinition ChargeRatio = Gauge(
        "charge", "power_supply_charge_ratio", "hw.battery.charge", Ratio, "Charge of the battery", inHistory: true);
    public static readonly FieldDefinition Online = Flag(
        "online", "power_supply_online", "nodetelemetry.power_supply.online", "The supply is connected");
    public static readonly FieldDefinition OnBattery = Flag(
        "onbat", "power_supply_on_battery", "nodetelemetry.power_supply.on_battery",
        "The UPS is being discharged, or the battery of a board that is no portable computer");
    public static readonly FieldDefinition PortableOnBattery = Flag(
        "portbat", "power_supply_portable_on_battery", "nodetelemetry.power_supply.portable_on_battery",
        "The battery of a portable computer is being discharged");
    public static readonly FieldDefinition SecondsLeft = Gauge(
        "left", "power_supply_seconds_left", "hw.battery.time_left", Seconds, "Time until the battery is empty").Slow();
    public static readonly FieldDefinition Volts = Gauge(
        "v", "power_supply_volts", "nodetelemetry.power_supply.voltage", ReadingUnit.Volts, "Present voltage",
        decimals: 3).Slow();
    public static readonly FieldDefinition Type = Text("type", "nodetelemetry.power_supply.type", "Kind of supply");
    public static readonly FieldDefinition Status = Text(
        "status", "nodetelemetry.power_supply.status", "Charging status");

    public static readonly SectionDefinition Definition = new(
        "supply", "Mains, batteries and UPS, by name", ChargeRatio, Online, OnBattery,
        PortableOnBattery, SecondsLeft, Volts, Type, Status)
    {
        EntryLabel = "supply",
        EntryFieldName = "hw.id",
        InfoName = "power_supply_info",
    };
}
