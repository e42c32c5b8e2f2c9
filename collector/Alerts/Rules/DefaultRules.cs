namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>The built-in rules. Options can change or disable each by its name.</summary>
internal static class DefaultRules
{
    /// <summary>The rule about OpenSearch.</summary>
    public const string OpenSearch = "opensearch";

    /// <summary>The rule about data that the collector drops.</summary>
    public const string Dropping = "collector-dropping";

    /// <summary>The rule about the database.</summary>
    public const string Database = "database";

    /// <summary>The rule about failing alert channels.</summary>
    public const string Channels = "alert-channel";

    /// <summary>The rule about the full node table.</summary>
    public const string Nodes = "node-table";

    /// <summary>The rule about the collector's clock.</summary>
    public const string Clock = "collector-clock";

    /// <summary>The rule about outages of the network.</summary>
    public const string Network = "network";

    /// <summary>The rule about lost multicast.</summary>
    public const string Multicast = "multicast";

    /// <summary>Gets the rules.</summary>
    public static IReadOnlyList<AlertRule> All { get; } =
    [
        new() { Name = "node-lost", Kind = AlertRuleKind.NodeLost, Severity = AlertSeverity.Critical },
        new()
        {
            Name = "unexpected-reboot",
            Kind = AlertRuleKind.Rebooted,

            // A momentary event: how long it is shown.
            KeepFiringFor = TimeSpan.FromMinutes(10),
        },
        new() { Name = "duplicate-identity", Kind = AlertRuleKind.Duplicate },
        CreateCollector(Network, AlertSeverity.Critical, TimeSpan.Zero),
        CreateCollector(Multicast, AlertSeverity.Warning, TimeSpan.Zero),

        // It fires within a minute, but not during a rolling restart of OpenSearch.
        CreateCollector(OpenSearch, AlertSeverity.Warning, TimeSpan.FromSeconds(45)),
        CreateCollector(Dropping, AlertSeverity.Warning, TimeSpan.Zero, TimeSpan.FromMinutes(5)),
        CreateCollector(Database, AlertSeverity.Critical, TimeSpan.FromSeconds(30)),
        CreateCollector(Nodes, AlertSeverity.Warning, TimeSpan.Zero, TimeSpan.FromMinutes(5)),
        CreateCollector(Clock, AlertSeverity.Warning, TimeSpan.Zero),
        CreateCollector(Channels, AlertSeverity.Warning, TimeSpan.FromMinutes(1)),
        CreateReading("hot", "cpu_temperature_celsius", "the CPU is hot", above: 80, clear: 75, minutes: 1),
        CreateReading(
            "too-hot", "cpu_temperature_celsius", "the CPU is about to be throttled or damaged", above: 88,
            clear: 82, seconds: 10, severity: AlertSeverity.Critical),
        CreateReading(
            "sensor-critical", AlertReading.TemperatureMargin,
            "the sensor {entry} is close to its critical temperature",
            below: 5, clear: 10, seconds: 30, severity: AlertSeverity.Critical),
        CreateReading(
            "undervoltage", "throttledUndervoltageNow", "under-voltage: check the power supply and cable",
            above: 0, keepMinutes: 10),
        CreateReading(
            "throttled", "throttledThrottledNow", "the CPU is throttled", above: 0, keepMinutes: 5),
        CreateReading("memory", "memory_used_ratio", "memory is nearly used up", above: 0.95, clear: 0.90, minutes: 5),
        CreateReading(
            "disk-full", "filesystem_used_ratio", "the file system {entry} is nearly full", above: 0.90, clear: 0.87,
            minutes: 5),
        CreateReading(
            "disk-very-full", "filesystem_used_ratio", "the file system {entry} is about to be full", above: 0.97,
            clear: 0.95, minutes: 1, severity: AlertSeverity.Critical),

        // Other file systems may be read-only on purpose; a custom rule can cover them.
        CreateReading(
            "disk-read-only", "filesystem_read_only", "the file system {entry} is read-only, as after an error",
            above: 0, seconds: 10, severity: AlertSeverity.Critical) with
        { Entry = "/" },
        CreateReading(
            "disk-stuck", "filesystem_stuck", "the file system {entry} does not respond, as when its server is down",
            above: 0, minutes: 1),
        CreateReading(
            "flash-worn", "mmc_pre_end_of_life", "most spare blocks of {entry} are used up", above: 1.5),
        CreateReading(
            "array-degraded", "md_disks_missing", "disks of the array {entry} are missing or have failed", above: 0,
            seconds: 20, severity: AlertSeverity.Critical),
        CreateReading(
            "pool-not-online", "zfs_pool_online", "the ZFS pool {entry} is not online with all its devices",
            below: 1, seconds: 20, severity: AlertSeverity.Critical),
        CreateReading(
            "on-battery", "power_supply_on_battery", "the node runs on the UPS {entry}", above: 0, seconds: 20),

        // Taking a laptop off its charger is no fault; leaving it so may be.
        CreateReading(
            "portable-on-battery", "power_supply_portable_on_battery", "the node runs on its own battery {entry}",
            above: 0, minutes: 5, severity: AlertSeverity.Info),
        CreateReading(
            "clock-off", AlertReading.ClockDeviation, "the clock differs from the collector's", above: 5, clear: 2,
            minutes: 2),
        CreateReading(
            "failed-units", "systemd_failed_units", "systemd units have failed", above: 0, minutes: 10,
            severity: AlertSeverity.Info),
    ];

    private static AlertRule CreateCollector(
        string name, AlertSeverity severity, TimeSpan held, TimeSpan keepFiringFor = default) => new()
        {
            Name = name,
            Kind = AlertRuleKind.Collector,
            Severity = severity,
            For = held,
            KeepFiringFor = keepFiringFor,
        };

    private static AlertRule CreateReading(
        string name,
        string reading,
        string text,
        double? above = null,
        double? below = null,
        double? clear = null,
        double minutes = 0,
        double seconds = 0,
        AlertSeverity severity = AlertSeverity.Warning,
        double keepMinutes = 0) => new()
        {
            Name = name,
            Reading = AlertReading.Find(reading)
                ?? throw new InvalidOperationException($"There is no reading {reading} for the rule {name}."),
            Text = text,
            Above = above,
            Below = below,
            Clear = clear,
            For = TimeSpan.FromMinutes(minutes) + TimeSpan.FromSeconds(seconds),
            KeepFiringFor = TimeSpan.FromMinutes(keepMinutes),
            Severity = severity,
        };
}
