using System.Globalization;
using NodeTelemetry.Collector.Alerts.Engine;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Alerts.Engine;

public sealed class AlertEngineTests
{
    private const string NodeA = Snapshots.NodeA;

    private static readonly AlertRule Hot = new()
    {
        Name = "hot",
        Reading = AlertReading.Find("cpu_temperature_celsius"),
        Above = 80,
        Clear = 75,
        For = TimeSpan.FromSeconds(10),
    };

    [Fact]
    public async Task A_condition_must_hold_for_as_long_as_its_rule_requires()
    {
        using var bench = new AlertBench([Hot]);
        await bench.RunAsync(9, () => bench.Send(celsius: 85));
        Assert.Equal(AlertPhase.Pending, Assert.Single(bench.Alerts).Phase);

        // A dip below the limit restarts it.
        await bench.RunAsync(1, () => bench.Send(celsius: 79));
        Assert.Empty(bench.Alerts);
        await bench.RunAsync(10, () => bench.Send(celsius: 85));
        Assert.Equal(AlertPhase.Pending, Assert.Single(bench.Alerts).Phase);
        await bench.RunAsync(1, () => bench.Send(celsius: 85.25));

        var alert = Assert.Single(bench.Alerts);
        Assert.Equal(AlertPhase.Firing, alert.Phase);
        Assert.Equal(85.25, alert.Value);
        Assert.Equal("pi-01: cpu_temperature_celsius is 85.25 °C, above 80 °C.", alert.Summary);
        Assert.Equal(TimeSpan.FromSeconds(10), alert.FiredAt - alert.Since);
    }

    [Fact]
    public async Task A_value_between_the_limits_neither_begins_nor_ends_an_alert()
    {
        using var bench = new AlertBench([Hot]);
        await bench.RunAsync(20, () => bench.Send(celsius: 78));
        Assert.Empty(bench.Alerts);

        await bench.RunAsync(12, () => bench.Send(celsius: 81));
        await bench.RunAsync(20, () => bench.Send(celsius: 76));
        Assert.Equal(AlertPhase.Firing, Assert.Single(bench.Alerts).Phase);

        await bench.RunAsync(1, () => bench.Send(celsius: 75));
        Assert.Equal(AlertPhase.Resolved, Assert.Single(bench.Alerts).Phase);
    }

    [Fact]
    public async Task An_alert_keeps_firing_for_as_long_as_its_rule_requires()
    {
        using var bench = new AlertBench([Hot with { For = TimeSpan.Zero, KeepFiringFor = TimeSpan.FromSeconds(5) }]);
        await bench.RunAsync(1, () => bench.Send(celsius: 90));
        await bench.RunAsync(4, () => bench.Send(celsius: 50));
        await bench.RunAsync(1, () => bench.Send(celsius: 90));
        await bench.RunAsync(5, () => bench.Send(celsius: 50));
        Assert.Equal(AlertPhase.Firing, Assert.Single(bench.Alerts).Phase);
        await bench.RunAsync(1, () => bench.Send(celsius: 50));
        Assert.Equal(AlertPhase.Resolved, Assert.Single(bench.Alerts).Phase);
    }

    [Fact]
    public async Task A_rule_may_apply_to_some_nodes_only()
    {
        using var bench = new AlertBench(
        [
            Hot with
            {
                For = TimeSpan.Zero,
                Nodes = new AlertMatcher([new("hostname", "pi-*"), new("rack", "a?")]),
            },
        ]);
        await bench.RunAsync(1, () =>
        {
            bench.Send("00000000000000a1", 90, "pi-01", "a1");
            bench.Send("00000000000000a2", 90, "pi-02", "b1");
            bench.Send("00000000000000a3", 90, "odroid", "a1");
            bench.Send("00000000000000a4", 90, "pi-04");
        });

        var alert = Assert.Single(bench.Alerts);
        Assert.Equal("pi-01", alert.Hostname);
        Assert.Equal("a1", alert.Label("rack"));
    }

    [Fact]
    public async Task A_lost_node_alerts_immediately_and_its_other_alerts_stay_unchanged()
    {
        using var bench = new AlertBench();
        await bench.RunAsync(62, () => bench.Send(celsius: 85));
        bench.Registry.SetHealth(NodeA, NodeHealth.Lost);
        await bench.RunAsync(1);

        Assert.Equal(["node-lost", "hot"], bench.Alerts.Select(static alert => alert.Rule));
        Assert.All(bench.Alerts, static alert => Assert.Equal(AlertPhase.Firing, alert.Phase));
        Assert.StartsWith("Node pi-01 is lost", bench.Alerts[0].Summary, StringComparison.Ordinal);

        // It is back, and has cooled down meanwhile.
        await bench.RunAsync(1, () => bench.Send(celsius: 50));
        Assert.All(bench.Alerts, static alert => Assert.Equal(AlertPhase.Resolved, alert.Phase));
    }

    [Fact]
    public async Task Nodes_that_are_isolated_together_are_one_alert_about_the_network()
    {
        using var bench = new AlertBench();
        var reported = Event(bench, NodeEventKind.NetworkLost, null, "All 24 nodes fell silent: the switch?");
        bench.Registry.RestoreOutage(reported);
        bench.Registry.Restore(Status(bench) with { Health = NodeHealth.Lost, IsIsolated = true });
        bench.Engine.OnEvent(reported);
        await bench.RunAsync(1);
        var alert = Assert.Single(bench.Alerts);
        Assert.Equal(("network", "All 24 nodes fell silent: the switch?"), (alert.Rule, alert.Summary));

        // The network is back, the node is not: now it counts as lost.
        bench.Engine.OnEvent(Event(bench, NodeEventKind.NetworkRestored, null, "The network is back."));
        bench.Registry.Restore(Status(bench) with { Health = NodeHealth.Lost, IsIsolated = false });
        await bench.RunAsync(60);
        Assert.Equal(
            [("node-lost", AlertPhase.Firing), ("network", AlertPhase.Resolved)],
            bench.Alerts.Select(static one => (one.Rule, one.Phase)));
    }

    [Fact]
    public async Task A_restart_during_an_outage_ends_the_network_alert_only_when_the_network_is_restored()
    {
        using var bench = new AlertBench();
        var reported = Event(bench, NodeEventKind.NetworkLost, null, "All 24 nodes fell silent: the switch?");
        bench.Engine.OnEvent(reported);
        await bench.RunAsync(5);
        var sent = bench.Channel.Sent.Count;
        await bench.RestartAsync(TimeSpan.FromMinutes(1));
        bench.Engine.OnEvent(reported);
        await bench.RunAsync(300);
        Assert.Equal(("network", AlertPhase.Firing), (Assert.Single(bench.Alerts).Rule, bench.Alerts[0].Phase));
        Assert.Equal(sent, bench.Channel.Sent.Count);

        bench.Engine.OnEvent(Event(bench, NodeEventKind.NetworkRestored, null, "The network is back."));
        await bench.RunAsync(60);
        Assert.Equal(("network", AlertPhase.Resolved), (Assert.Single(bench.Alerts).Rule, bench.Alerts[0].Phase));
    }

    [Fact]
    public void A_reboot_that_no_rule_takes_in_its_evaluation_is_discarded()
    {
        var events = new System.Collections.Concurrent.ConcurrentQueue<NodeEvent>();
        using var bench = new AlertBench();
        var news = new ReportedEvents();
        events.Enqueue(Event(bench, NodeEventKind.Rebooted, NodeA, "Node pi-01 was rebooted."));
        news.BeginRound(events);
        news.BeginRound(events);
        Assert.False(news.TakeReboot(NodeA));
        Assert.Empty(events);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(null, true)]
    public async Task Only_an_unannounced_reboot_alerts(bool? isPlanned, bool alerts)
    {
        using var bench = new AlertBench();
        bench.Send();
        bench.Engine.OnEvent(Event(bench, NodeEventKind.Rebooted, NodeA, "Node pi-01 was rebooted.") with
        {
            Details = new EventDetails { Planned = isPlanned },
        });
        await bench.RunAsync(1, () => bench.Send());
        Assert.Equal(alerts ? ["unexpected-reboot"] : [], bench.Alerts.Select(static alert => alert.Rule));
        if (!alerts)
        {
            return;
        }

        Assert.Equal("Node pi-01 was rebooted.", bench.Alerts[0].Summary);
        await bench.RunAsync(602, () => bench.Send());
        Assert.Equal(AlertPhase.Resolved, bench.Alerts[0].Phase);

        // A momentary event: its end is not sent.
        Assert.Equal(["unexpected-reboot"], Assert.Single(bench.Channel.Sent).Firing.Select(static alert => alert.Rule));
    }

    [Fact]
    public async Task A_duplicate_identity_alerts_for_as_long_as_it_is_seen()
    {
        using var bench = new AlertBench();
        var conflict = new IdentityConflict(
            NodeEventKind.DuplicateNode, bench.Time.GetUtcNow(), null, "10.77.0.12",
            "Node id 1 is used by two senders: two agents run on one machine.");
        bench.Registry.Restore(Status(bench) with { Conflict = conflict });
        await bench.RunAsync(1);
        Assert.Equal(conflict.Text, Assert.Single(bench.Alerts).Summary);
        bench.Registry.Restore(Status(bench));
        await bench.RunAsync(1);
        Assert.Equal(AlertPhase.Resolved, Assert.Single(bench.Alerts).Phase);
    }

    [Fact]
    public async Task A_missing_reading_ends_its_alert_after_a_while()
    {
        using var bench = new AlertBench([Hot with { For = TimeSpan.Zero }]);
        await bench.RunAsync(1, () => bench.Send(celsius: 90));
        await bench.RunAsync(60, () => bench.Send());
        Assert.Equal(AlertPhase.Firing, Assert.Single(bench.Alerts).Phase);
        await bench.RunAsync(5, () => bench.Send());
        Assert.Equal("The node no longer sends the reading.", Assert.Single(bench.Alerts).Ending);
    }

    [Fact]
    public async Task A_node_that_is_forgotten_ends_its_alerts()
    {
        using var bench = new AlertBench();
        bench.Send();
        await bench.RunAsync(61);
        bench.Registry.SetHealth(NodeA, NodeHealth.Lost);
        await bench.RunAsync(1);
        bench.Registry.SetHealth(NodeA, NodeHealth.Forgotten);
        await bench.RunAsync(1);
        Assert.Equal("The node was forgotten.", Assert.Single(bench.Alerts).Ending);
    }

    /// <summary>A full table evicts the node that is really dead; nothing says that it is well.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_alerts_of_an_evicted_node_stay_until_it_reports_even_after_a_restart(bool isRestarted)
    {
        using var bench = new AlertBench(nodeCountMax: 1);
        bench.Send();
        await bench.RunAsync(61);
        bench.Registry.SetHealth(NodeA, NodeHealth.Lost);
        await bench.RunAsync(1);
        bench.Send("00000000000000bb", hostname: "pi-02");
        Assert.Equal("00000000000000bb", Assert.Single(bench.Registry.Statuses).Id);
        await bench.RunAsync(61, () => bench.Send("00000000000000bb", hostname: "pi-02"));
        if (isRestarted)
        {
            await bench.RestartAsync(TimeSpan.FromMinutes(1));
            await bench.RunAsync(130, () => bench.Send("00000000000000bb", hostname: "pi-02"));
        }

        Assert.Equal(("node-lost", AlertPhase.Firing), (Assert.Single(bench.Alerts).Rule, bench.Alerts[0].Phase));

        await bench.RunAsync(11);
        await bench.RunAsync(1, () => bench.Send());
        Assert.Equal(
            AlertPhase.Resolved, Assert.Single(bench.Alerts, static alert => alert.Node == NodeA).Phase);
        if (isRestarted)
        {
            await bench.RestartAsync(TimeSpan.FromMinutes(1));
            Assert.Equal(
                AlertPhase.Resolved, Assert.Single(bench.Alerts, static alert => alert.Node == NodeA).Phase);
        }
    }

    [Fact]
    public async Task An_evicted_node_is_forgotten_as_a_lost_one_is()
    {
        using var bench = new AlertBench(nodeCountMax: 1);
        bench.Engine.ForgetAfter = TimeSpan.FromMinutes(5);
        bench.Send();
        await bench.RunAsync(61);
        bench.Registry.SetHealth(NodeA, NodeHealth.Lost);
        await bench.RunAsync(1);
        bench.Send("00000000000000bb", hostname: "pi-02");
        await bench.RunAsync(298, () => bench.Send("00000000000000bb", hostname: "pi-02"));
        Assert.Equal(AlertPhase.Firing, Assert.Single(bench.Alerts).Phase);
        await bench.RunAsync(3, () => bench.Send("00000000000000bb", hostname: "pi-02"));
        Assert.Equal("The node was forgotten.", Assert.Single(bench.Alerts).Ending);
    }

    [Fact]
    public async Task A_problem_of_the_collector_alerts()
    {
        using var bench = new AlertBench();
        bench.Problem = "OpenSearch does not take readings.";
        await bench.RunAsync(121);
        Assert.Equal((DefaultRules.OpenSearch, AlertPhase.Firing), (bench.Alerts[0].Rule, bench.Alerts[0].Phase));
        bench.Problem = null;
        await bench.RunAsync(1);
        Assert.Equal(AlertPhase.Resolved, bench.Alerts[0].Phase);
    }

    [Fact]
    public async Task Resolved_alerts_are_shown_for_a_while_and_then_removed()
    {
        using var bench = new AlertBench([Hot with { For = TimeSpan.Zero }]);
        await bench.RunAsync(1, () => bench.Send(celsius: 90));
        await bench.RunAsync(899, () => bench.Send(celsius: 50));
        Assert.Single(bench.Alerts);
        await bench.RunAsync(3, () => bench.Send(celsius: 50));
        Assert.Empty(bench.Alerts);
    }

    /// <summary>The default rules on sections: each entry has its own alert, and unreliable values have none.</summary>
    [Fact]
    public async Task The_default_rules_evaluate_every_entry_of_a_section()
    {
        using var bench = new AlertBench();
        var disks = new SectionBuilder(FilesystemsSection.Definition);
        Disk(disks, "/", "ext4", 0.5, isReadOnly: true);
        Disk(disks, "/data", "ext4", 0.93, isReadOnly: false);
        Disk(disks, "/mnt/backup", "nfs4", 0.98, isReadOnly: true);
        Disk(disks, "/snap/core", "squashfs", 1, isReadOnly: true);
        var temperatures = new SectionBuilder(TemperaturesSection.Definition);
        Temperature(temperatures, "cpu", 97, 100, isSpike: false);
        Temperature(temperatures, "spi", 228, 100, isSpike: true);
        var throttled = new SectionBuilder(ThrottledSection.Definition);
        throttled.Set(ThrottledSection.UndervoltageNow, true);
        throttled.Set(ThrottledSection.ThrottledNow, false);
        SectionReading[] sections = [throttled.Build()!, temperatures.Build()!, disks.Build()!];
        await bench.RunAsync(310, () => bench.Send(sections: sections));

        Assert.Equal(
            [
                "disk-read-only: pi-01: the file system / is read-only, as after an error.",
                "disk-very-full: pi-01: the file system /mnt/backup is about to be full (98 %).",
                "sensor-critical: pi-01: the sensor cpu is close to its critical temperature (3 °C).",
                "disk-full: pi-01: the file system /data is nearly full (93 %).",
                "disk-full: pi-01: the file system /mnt/backup is nearly full (98 %).",
                "undervoltage: pi-01: under-voltage: check the power supply and cable.",
            ],
            bench.Alerts.Select(static alert => $"{alert.Rule}: {alert.Summary}"));
    }

    [Theory]
    [InlineData("array-degraded", "md0", 0, 1, 25, "critical")]
    [InlineData("pool-not-online", "tank", 1, 0, 25, "critical")]
    [InlineData("on-battery", "ups0", 0, 1, 25, "warning")]
    [InlineData("portable-on-battery", "BAT0", 0, 1, 305, "info")]
    public async Task A_default_rule_about_redundancy_or_power_fires_and_resolves_by_entry(
        string rule, string entry, double healthy, double faulty, int seconds, string severity)
    {
        var field = DefaultRules.All.Single(one => one.Name == rule).Reading!.Name;
        using var bench = new AlertBench();
        await bench.RunAsync(seconds, () => bench.Send(sections: [Section(field, (entry, healthy), ("other", healthy))]));
        Assert.Empty(bench.Alerts);

        await bench.RunAsync(seconds, () => bench.Send(sections: [Section(field, (entry, faulty), ("other", healthy))]));
        var alert = Assert.Single(bench.Alerts);
        Assert.Equal(
            (rule, entry, AlertPhase.Firing, severity), (alert.Rule, alert.Entry, alert.Phase, alert.Severity.Name()));
        Assert.Contains(entry, alert.Summary, StringComparison.Ordinal);

        await bench.RunAsync(1, () => bench.Send(sections: [Section(field, (entry, healthy), ("other", healthy))]));
        Assert.Equal(AlertPhase.Resolved, Assert.Single(bench.Alerts).Phase);
    }

    /// <summary>An array whose driver reports no number, a battery whose gauge does not know, and no section at all.</summary>
    [Theory]
    [InlineData("array-degraded")]
    [InlineData("pool-not-online")]
    [InlineData("on-battery")]
    [InlineData("portable-on-battery")]
    public async Task A_default_rule_about_redundancy_or_power_does_not_fire_without_a_value(string rule)
    {
        var field = DefaultRules.All.Single(one => one.Name == rule).Reading!.Name;
        using var bench = new AlertBench();
        await bench.RunAsync(310, () => bench.Send(sections: [Section(field, ("md0", null))]));
        await bench.RunAsync(310, () => bench.Send());
        Assert.Empty(bench.Alerts);
    }

    [Fact]
    public async Task A_laptop_that_runs_on_its_battery_is_no_failed_supply()
    {
        using var bench = new AlertBench();
        var supplies = new SectionBuilder(SuppliesSection.Definition);
        supplies.Begin("AC");
        supplies.Set(SuppliesSection.Online, false);
        supplies.Begin("BAT0");
        supplies.Set(SuppliesSection.Type, "Battery");
        supplies.Set(SuppliesSection.Status, "Discharging");
        supplies.Set(SuppliesSection.PortableOnBattery, true);
        var sections = new[] { supplies.Build()! };
        await bench.RunAsync(310, () => bench.Send(sections: sections));
        Assert.Equal(
            ("portable-on-battery", AlertSeverity.Info, "pi-01: the node runs on its own battery BAT0."),
            (Assert.Single(bench.Alerts).Rule, bench.Alerts[0].Severity, bench.Alerts[0].Summary));
    }

    [Fact]
    public async Task A_clock_that_is_off_alerts()
    {
        using var bench = new AlertBench();

        await bench.RunAsync(125, () => bench.Send(time: bench.Time.GetUtcNow().AddSeconds(-6)));
        Assert.Equal("clock-off", Assert.Single(bench.Alerts).Rule);
        await bench.RunAsync(1, () => bench.Send(time: bench.Time.GetUtcNow().AddSeconds(1)));
        Assert.Equal(AlertPhase.Resolved, Assert.Single(bench.Alerts).Phase);
    }

    /// <summary>The default rules name readings of the catalog, have consistent limits, and raise nothing for a healthy node.</summary>
    [Fact]
    public async Task The_default_rules_raise_nothing_for_a_healthy_node()
    {
        using var bench = new AlertBench();
        await bench.RunAsync(700, () => bench.Send(celsius: 55));
        Assert.Empty(bench.Alerts);
        Assert.Empty(bench.Channel.Sent);
        Assert.Equal(
            DefaultRules.All.Count, DefaultRules.All.Select(static rule => rule.Name).Distinct().Count());
        Assert.All(
            DefaultRules.All.Where(static rule => rule.Kind == AlertRuleKind.Reading),
            static rule => Assert.True(rule.IsClear(rule.Clear ?? rule.Above ?? rule.Below ?? 0), rule.Name));
    }

    private static SectionReading Section(string name, params (string Entry, double? Value)[] entries)
    {
        var field = SectionCatalog.All.SelectMany(static section => section.Fields).Single(one => one.Name == name);
        var builder = new SectionBuilder(field.Section);
        foreach (var (entry, value) in entries)
        {
            builder.Begin(entry);
            foreach (var text in field.Section.Fields.Where(static one => one.Kind == FieldKind.Text))
            {
                builder.Set(text, "unknown");
            }

            if (value is { } number)
            {
                builder.Set(field, number);
            }
        }

        return builder.Build()!;
    }

    private static void Disk(SectionBuilder builder, string mountPoint, string type, double used, bool isReadOnly)
    {
        builder.Begin(mountPoint);
        builder.Set(FilesystemsSection.FsType, type);
        builder.Set(FilesystemsSection.UsedRatio, used);
        builder.Set(FilesystemsSection.ReadOnly, isReadOnly);
    }

    private static void Temperature(SectionBuilder builder, string sensor, double celsius, double critical, bool isSpike)
    {
        builder.Begin(sensor);
        builder.Set(TemperaturesSection.Celsius, celsius);
        builder.Set(TemperaturesSection.CriticalCelsius, critical);
        builder.Set(TemperaturesSection.Spike, isSpike);
    }

    private static NodeStatus Status(AlertBench bench) => new()
    {
        Id = NodeA,
        Hostname = "pi-01",
        Health = NodeHealth.Up,
        HealthSince = bench.Time.GetUtcNow(),
        FirstSeen = bench.Time.GetUtcNow(),
        LastSeen = bench.Time.GetUtcNow(),
        LastSeenTimestamp = bench.Time.GetTimestamp(),
        Interval = TimeSpan.FromSeconds(1),
        Readings = Snapshots.Of(),
        Received = 1,
        Missed = 0,
        Duplicates = 0,
    };

    private static NodeEvent Event(AlertBench bench, NodeEventKind kind, string? node, string text) => new()
    {
        Id = bench.Time.GetUtcNow().ToUnixTimeMilliseconds(),
        Time = bench.Time.GetUtcNow(),
        Kind = kind,
        Node = node,
        Hostname = node is null ? null : "pi-01",
        Text = string.Create(CultureInfo.InvariantCulture, $"{text}"),
    };
}
