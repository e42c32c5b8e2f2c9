using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>
/// Wire key <c>throttled</c>: the eight bits of a Raspberry Pi's <c>get_throttled</c>, or the one that hwmon
/// knows.
/// </summary>
/// <remarks>Source: the firmware mailbox, tag 0x00030046; the kernel's raspberrypi-hwmon driver.</remarks>
public static class ThrottledSection
{
    /// <summary>The supply voltage is too low.</summary>
    public static readonly FieldDefinition UndervoltageNow = Flag(
        "uv", "throttled", "nodetelemetry.throttled.undervoltage.now",
        "The supply voltage is too low", inHistory: true)
        .With("condition", "undervoltage")
        .With("when", "now")
        .InFamily("Whether the board does, or since boot did, something to save itself");

    /// <summary>The frequency is held down.</summary>
    public static readonly FieldDefinition FrequencyCappedNow = Flag(
        "cap", "throttled", "nodetelemetry.throttled.frequency_capped.now",
        "The frequency is held down")
        .With("condition", "frequency_capped")
        .With("when", "now")
        .InFamily("Whether the board does, or since boot did, something to save itself");

    /// <summary>The cores are throttled.</summary>
    public static readonly FieldDefinition ThrottledNow = Flag(
        "thr", "throttled", "nodetelemetry.throttled.throttled.now",
        "The cores are throttled", inHistory: true)
        .With("condition", "throttled")
        .With("when", "now")
        .InFamily("Whether the board does, or since boot did, something to save itself");

    /// <summary>The soft temperature limit is reached.</summary>
    public static readonly FieldDefinition SoftTemperatureLimitNow = Flag(
        "soft", "throttled", "nodetelemetry.throttled.soft_temperature_limit.now",
        "The soft temperature limit is reached")
        .With("condition", "soft_temperature_limit")
        .With("when", "now")
        .InFamily("Whether the board does, or since boot did, something to save itself");

    /// <summary>The supply voltage was too low at some time since boot.</summary>
    public static readonly FieldDefinition UndervoltageEver = Flag(
        "uvseen", "throttled", "nodetelemetry.throttled.undervoltage.ever",
        "The supply voltage was too low at some time since boot")
        .With("condition", "undervoltage")
        .With("when", "ever")
        .InFamily("Whether the board does, or since boot did, something to save itself");

    /// <summary>The frequency was held down at some time since boot.</summary>
    public static readonly FieldDefinition FrequencyCappedEver = Flag(
        "capseen", "throttled", "nodetelemetry.throttled.frequency_capped.ever",
        "The frequency was held down at some time since boot")
        .With("condition", "frequency_capped")
        .With("when", "ever")
        .InFamily("Whether the board does, or since boot did, something to save itself");

    /// <summary>The cores were throttled at some time since boot.</summary>
    public static readonly FieldDefinition ThrottledEver = Flag(
        "thrseen", "throttled", "nodetelemetry.throttled.throttled.ever",
        "The cores were throttled at some time since boot")
        .With("condition", "throttled")
        .With("when", "ever")
        .InFamily("Whether the board does, or since boot did, something to save itself");

    /// <summary>The soft temperature limit was reached at some time since boot.</summary>
    public static readonly FieldDefinition SoftTemperatureLimitEver = Flag(
        "softseen", "throttled", "nodetelemetry.throttled.soft_temperature_limit.ever",
        "The soft temperature limit was reached at some time since boot")
        .With("condition", "soft_temperature_limit")
        .With("when", "ever")
        .InFamily("Whether the board does, or since boot did, something to save itself");

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "throttled",
        "What the board has done to save itself",
        UndervoltageNow, FrequencyCappedNow, ThrottledNow, SoftTemperatureLimitNow, UndervoltageEver,
        FrequencyCappedEver, ThrottledEver, SoftTemperatureLimitEver);
}
