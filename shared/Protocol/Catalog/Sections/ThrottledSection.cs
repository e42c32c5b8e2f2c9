using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>throttled</c>: the eight bits of a Raspberry Pi's <c>get_throttled</c>.</summary>
/// <remarks>
/// Source: the firmware mailbox, tag 0x00030046; the kernel's raspberrypi-hwmon driver, which reports one of the bits.
/// </remarks>
public static class ThrottledSection
{
    public static readonly FieldDefinition UndervoltageNow = Condition(
        "uv", "undervoltage", "now", "Undervoltage", inHistory: true);
    public static readonly FieldDefinition FrequencyCappedNow = Condition(
        "cap", "frequency_capped", "now", "CPU frequency capped");
    public static readonly FieldDefinition ThrottledNow = Condition(
        "thr", "throttled", "now", "CPU throttled", inHistory: true);
    public static readonly FieldDefinition SoftTemperatureLimitNow = Condition(
        "soft", "soft_temperature_limit", "now", "Soft temperature limit active");
    public static readonly FieldDefinition UndervoltageEver = Condition(
        "uvseen", "undervoltage", "ever", "Undervoltage since boot");
    public static readonly FieldDefinition FrequencyCappedEver = Condition(
        "capseen", "frequency_capped", "ever", "CPU frequency capped since boot");
    public static readonly FieldDefinition ThrottledEver = Condition(
        "thrseen", "throttled", "ever", "CPU throttled since boot");
    public static readonly FieldDefinition SoftTemperatureLimitEver = Condition(
        "softseen", "soft_temperature_limit", "ever", "Soft temperature limit active since boot");

    public static readonly SectionDefinition Definition = new(
        "throttled", "Undervoltage and throttling of the board",
        UndervoltageNow, FrequencyCappedNow, ThrottledNow, SoftTemperatureLimitNow, UndervoltageEver,
        FrequencyCappedEver, ThrottledEver, SoftTemperatureLimitEver);

    private static FieldDefinition Condition(
        string wireName, string condition, string when, string help, bool inHistory = false) =>
        Flag(wireName, "throttled", $"nodetelemetry.throttled.{condition}.{when}", help, inHistory)
            .With("condition", condition).With("when", when)
            .InFamily("Whether the board is, or since boot has been, undervolted or throttled");
}
