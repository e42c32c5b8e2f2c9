using NodeTelemetry.Collector.Alerts.Channels;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Tests.Alerts.Engine;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Alerts.Channels;

public sealed class ChannelSenderTests
{
    private const string NodeA = Snapshots.NodeA;

    private static readonly AlertRule Hot = new()
    {
        Name = "hot",
        Reading = AlertReading.Find("temperatureCelsius"),
        Above = 80,
    };

    /// <summary>A storm: a thousand nodes fall silent within seconds, with no sign of a common cause.</summary>
    [Fact]
    public async Task A_thousand_nodes_lost_at_once_are_one_notification_and_so_is_their_return()
    {
        using var bench = new AlertBench();
        var nodes = Enumerable.Range(0, 1000).Select(static index => $"{index:x16}").ToList();
        nodes.ForEach(node => bench.Send(node, hostname: "n" + node[^3..]));
        await bench.RunAsync(1);

        foreach (var third in nodes.Chunk(334))
        {
            Array.ForEach(third, node => bench.Registry.SetHealth(node, NodeHealth.Lost));
            await bench.RunAsync(1);
        }

        await bench.RunAsync(30);
        var lost = Assert.Single(bench.Channel.Sent);
        Assert.Equal(1000, lost.Firing.Count);
        Assert.Equal("1000 firing: 1000 × node-lost", lost.Title);
        Assert.Contains("and 980 more", lost.Body, StringComparison.Ordinal);

        nodes.ForEach(node => bench.Send(node, hostname: "n" + node[^3..]));
        await bench.RunAsync(60);
        Assert.Equal(2, bench.Channel.Sent.Count);
        Assert.Equal((0, 1000, 0, "resolved"), (
            bench.Channel.Last.Firing.Count, bench.Channel.Last.Resolved.Count, bench.Channel.Last.Active.Count,
            bench.Channel.Last.Status));
    }

    [Fact]
    public async Task Changes_within_an_interval_are_sent_together_at_its_end()
    {
        using var bench = new AlertBench([Hot]);
        await bench.RunAsync(5, () => bench.Send(celsius: 90));
        Assert.Single(bench.Channel.Sent);

        await bench.RunAsync(30, () => Two(bench, 90));
        Assert.Single(bench.Channel.Sent);
        await bench.RunAsync(32, () => Two(bench, 90));
        Assert.Equal(2, bench.Channel.Sent.Count);
        Assert.Equal("pi-02", Assert.Single(bench.Channel.Last.Firing).Hostname);
        Assert.Equal(2, bench.Channel.Last.Active.Count);
        Assert.Contains("1 more still firing", bench.Channel.Last.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_that_flaps_within_an_interval_is_not_sent_again()
    {
        using var bench = new AlertBench([Hot]);
        await bench.RunAsync(5, () => bench.Send(celsius: 90));
        await bench.RunAsync(20, () => bench.Send(celsius: 50));
        await bench.RunAsync(60, () => bench.Send(celsius: 90));
        Assert.Single(bench.Channel.Sent);
    }

    [Fact]
    public async Task Firing_alerts_are_repeated_as_reminders()
    {
        using var bench = new AlertBench(
            [Hot], new ChannelSettings { Name = "people", Type = "ntfy", RepeatInterval = TimeSpan.FromMinutes(10) });
        await bench.RunAsync(1300, () => bench.Send(celsius: 90));
        Assert.Equal([false, true, true], bench.Channel.Sent.Select(static sent => sent.IsReminder));
        Assert.StartsWith("Still: pi-01", bench.Channel.Last.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_notification_is_shown_and_retried_without_loss()
    {
        using var bench = new AlertBench([Hot]);
        bench.Channel.FailureCount = 3;
        await bench.RunAsync(5, () => bench.Send(celsius: 90));

        // Two attempts of one notification, then a pause.
        Assert.Equal(2, bench.Channel.Attempts);
        Assert.Equal("The far side is not there.", bench.Sender.Status.Problem);
        Assert.Equal(1, bench.Sender.Status.WaitingCount);
        Assert.Equal(1, bench.Metrics.Alerts.Failed.WithLabels("people").Value);
        Assert.Equal(1, bench.Metrics.Alerts.Retried.WithLabels("people").Value);

        // It ends before it could be sent: one message reports both.
        await bench.RunAsync(70, () => bench.Send(celsius: 50));
        var reported = Assert.Single(bench.Channel.Sent);
        Assert.Equal("hot", Assert.Single(reported.Resolved).Rule);
        Assert.Null(bench.Sender.Status.Problem);
        Assert.Equal(0, bench.Sender.Status.WaitingCount);
        Assert.Equal(1, bench.Metrics.Alerts.Sent.WithLabels("people").Value);
    }

    [Fact]
    public async Task A_permanent_failure_is_not_retried_immediately()
    {
        using var bench = new AlertBench([Hot]);
        bench.Channel.FailureCount = 1;
        bench.Channel.IsTemporary = false;
        await bench.RunAsync(5, () => bench.Send(celsius: 90));
        Assert.Equal(1, bench.Channel.Attempts);
        await bench.RunAsync(60, () => bench.Send(celsius: 90));
        Assert.Single(bench.Channel.Sent);
    }

    [Fact]
    public async Task A_defect_of_a_channel_is_a_failed_delivery_and_stops_nothing()
    {
        using var bench = new AlertBench([Hot]);
        bench.Channel.Defect = new ArgumentException("A line break.");
        await bench.RunAsync(5, () => bench.Send(celsius: 90));
        Assert.Contains("ArgumentException: A line break.", bench.Sender.Status.Problem, StringComparison.Ordinal);
        Assert.Equal(1, bench.Metrics.Alerts.Failed.WithLabels("people").Value);

        bench.Channel.Defect = null;
        await bench.RunAsync(60, () => bench.Send(celsius: 90));
        Assert.Single(bench.Channel.Sent);
        Assert.Null(bench.Sender.Status.Problem);
    }

    [Fact]
    public async Task A_wait_stays_within_the_limit_of_timers()
    {
        using var bench = new AlertBench(
            [Hot], new ChannelSettings { Name = "people", Type = "ntfy", RepeatInterval = TimeSpan.FromDays(365) });
        await bench.RunAsync(5, () => bench.Send(celsius: 90));
        var wait = await bench.Sender.StepAsync(CancellationToken.None);
        await using var timer = TimeProvider.System.CreateTimer(
            static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Assert.True(timer.Change(wait!.Value, Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public async Task An_alert_that_ended_before_it_could_be_sent_is_counted_and_no_longer_a_problem()
    {
        using var bench = new AlertBench(
            [Hot], new ChannelSettings { Name = "people", Type = "ntfy", AttemptCount = 2, SendResolved = false });
        bench.Channel.FailureCount = int.MaxValue;
        await bench.RunAsync(5, () => bench.Send(celsius: 90));
        Assert.NotNull(bench.Sender.Status.Problem);
        await bench.RunAsync(5, () => bench.Send(celsius: 50));
        Assert.Null(bench.Sender.Status.Problem);
        Assert.Equal(0, bench.Sender.Status.WaitingCount);
        Assert.Equal(1, bench.Metrics.Alerts.Dropped.WithLabels("people").Value);
    }

    [Fact]
    public async Task An_alert_silenced_after_it_was_sent_is_still_sent_to_an_Alertmanager()
    {
        using var bench = new AlertBench([Hot], new ChannelSettings
        {
            Name = "people",
            Type = "alertmanager",
            MustRefresh = true,
            RepeatInterval = TimeSpan.FromMinutes(1),
        });
        await bench.RunAsync(35, () => bench.Send(celsius: 90));
        Assert.Single(bench.Channel.Sent);
        Assert.True(bench.Silences.TryAdd(Silence(bench, TimeSpan.FromMinutes(10), new("hostname", "pi-*"))));

        // The first is still sent, the second never was.
        await bench.RunAsync(200, () => Two(bench, 90));
        Assert.True(bench.Channel.Last.IsReminder);
        Assert.True(bench.Channel.Sent.Count >= 3);
        Assert.Equal("pi-01", Assert.Single(bench.Channel.Last.Active).Hostname);
    }

    [Fact]
    public async Task A_channel_gets_only_the_alerts_that_it_matches()
    {
        using var bench = new AlertBench(
            [Hot, Hot with { Name = "very-hot", Above = 85, Severity = AlertSeverity.Critical }],
            new ChannelSettings
            {
                Name = "people",
                Type = "webhook",
                Severity = AlertSeverity.Critical,
                Match = new AlertMatcher([new("hostname", "pi-01")]),
                SendResolved = false,
            });
        await bench.RunAsync(10, () => Two(bench, 90));
        await bench.RunAsync(90, () => Two(bench, 50));
        var sent = Assert.Single(bench.Channel.Sent);
        Assert.Equal(("very-hot", "pi-01"), (Assert.Single(sent.Firing).Rule, sent.Firing[0].Hostname));
        Assert.False(bench.Sender.IsDeliveryPending(sent.Firing[0].Id));
    }

    [Fact]
    public async Task A_silence_suppresses_alerts_until_it_ends_but_not_the_end_of_a_sent_alert()
    {
        using var bench = new AlertBench([Hot]);
        await bench.RunAsync(5, () => bench.Send(celsius: 90));
        Assert.Single(bench.Channel.Sent);
        var silence = Silence(bench, TimeSpan.FromMinutes(10), new("hostname", "pi-*"));
        Assert.True(bench.Silences.TryAdd(silence));

        // A sent alert ends, another one begins: only the end is sent.
        await bench.RunAsync(90, () => OneHot(bench));
        Assert.Equal(2, bench.Channel.Sent.Count);
        Assert.Equal("pi-01", Assert.Single(bench.Channel.Last.Resolved).Hostname);
        Assert.Empty(bench.Channel.Last.Firing);
        Assert.Equal(silence.Id, bench.Alerts.Single(static alert => alert.Phase == AlertPhase.Firing).SilencedBy);

        await bench.RunAsync(600, () => OneHot(bench));
        Assert.Equal("pi-02", Assert.Single(bench.Channel.Last.Firing).Hostname);
        Assert.Empty(bench.Silences.Active);
    }

    [Fact]
    public async Task An_open_maintenance_window_suppresses_notifications()
    {
        // The clock begins on Tuesday at 10:00.
        var window = new MaintenanceWindow(
            "nightly", AlertMatcher.All, [DayOfWeek.Tuesday], new TimeOnly(9, 30), TimeSpan.FromMinutes(40),
            TimeZoneInfo.Utc);
        using var bench = new AlertBench([Hot], windows: [window]);
        await bench.RunAsync(590, () => bench.Send(celsius: 90));
        Assert.Empty(bench.Channel.Sent);
        Assert.Equal("nightly", Assert.Single(bench.Alerts).SilencedBy);
        await bench.RunAsync(20, () => bench.Send(celsius: 90));
        Assert.Single(bench.Channel.Sent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restart_neither_repeats_nor_forgets(bool inOrder)
    {
        using var bench = new AlertBench([Hot]);
        await bench.RunAsync(5, () => bench.Send(celsius: 90));
        Assert.Single(bench.Channel.Sent);

        // Still firing after the restart: not sent again, not even before the node reports.
        await bench.RestartAsync(TimeSpan.FromMinutes(1), inOrder);
        await bench.RunAsync(10);
        await bench.RunAsync(70, () => bench.Send(celsius: 90));
        Assert.Single(bench.Channel.Sent);

        // It ends: sent.
        await bench.RestartAsync(TimeSpan.FromMinutes(1), inOrder);
        await bench.RunAsync(10, () => bench.Send(celsius: 50));
        Assert.Equal("hot", Assert.Single(bench.Channel.Last.Resolved).Rule);

        // And not sent again.
        await bench.RestartAsync(TimeSpan.FromMinutes(1), inOrder);
        await bench.RunAsync(90, () => bench.Send(celsius: 50));
        Assert.Equal(2, bench.Channel.Sent.Count);
    }

    [Fact]
    public async Task An_alert_that_ended_while_the_channel_was_unreachable_is_sent_after_a_restart()
    {
        using var bench = new AlertBench([Hot]);
        bench.Channel.FailureCount = int.MaxValue;
        await bench.RunAsync(5, () => bench.Send(celsius: 90));
        await bench.RunAsync(5, () => bench.Send(celsius: 50));
        await bench.RestartAsync(TimeSpan.FromMinutes(5));
        bench.Channel.FailureCount = 0;
        await bench.RunAsync(70, () => bench.Send(celsius: 50));
        Assert.Equal("hot", Assert.Single(Assert.Single(bench.Channel.Sent).Resolved).Rule);
    }

    /// <summary>The time that a pending alert held before a planned stop counts; the downtime does not.</summary>
    [Theory]
    [InlineData(true, 25)]
    [InlineData(false, 60)]
    public async Task A_pending_alert_continues_after_a_restart(bool inOrder, int secondsLeft)
    {
        using var bench = new AlertBench([Hot with { For = TimeSpan.FromSeconds(60) }]);
        await bench.RunAsync(36, () => bench.Send(celsius: 90));
        await bench.RestartAsync(TimeSpan.FromHours(1), inOrder);
        await bench.RunAsync(secondsLeft - 1, () => bench.Send(celsius: 90));
        Assert.Equal(AlertPhase.Pending, Assert.Single(bench.Alerts).Phase);
        await bench.RunAsync(2, () => bench.Send(celsius: 90));
        Assert.Equal(AlertPhase.Firing, Assert.Single(bench.Alerts).Phase);
    }

    [Fact]
    public async Task Reminders_continue_on_time_after_a_restart()
    {
        using var bench = new AlertBench(
            [Hot], new ChannelSettings { Name = "people", Type = "ntfy", RepeatInterval = TimeSpan.FromMinutes(10) });
        await bench.RunAsync(300, () => bench.Send(celsius: 90));
        await bench.RestartAsync(TimeSpan.FromMinutes(1));
        await bench.RunAsync(200, () => bench.Send(celsius: 90));
        Assert.Single(bench.Channel.Sent);
        await bench.RunAsync(60, () => bench.Send(celsius: 90));
        Assert.True(bench.Channel.Last.IsReminder);
    }

    [Fact]
    public async Task An_alert_of_a_removed_rule_ends_at_the_next_start()
    {
        using var bench = new AlertBench([Hot]);
        await bench.RunAsync(5, () => bench.Send(celsius: 90));
        bench.Execute("UPDATE alert SET rule = 'other', id = 'other' || substr(id, 4)");
        bench.Execute("UPDATE alert_notification SET alert = 'other' || substr(alert, 4)");
        await bench.RestartAsync(TimeSpan.Zero);
        await bench.RunAsync(70, () => bench.Send(celsius: 50));
        Assert.Equal("The rule no longer exists.", Assert.Single(bench.Channel.Last.Resolved).Ending);
    }

    [Theory]
    [InlineData("UPDATE alert SET severity = 'x'")]
    [InlineData("UPDATE alert SET state = 'x'")]
    [InlineData("UPDATE alert SET labels = '{'")]
    [InlineData("UPDATE alert SET since = 9223372036854775807")]
    [InlineData("UPDATE alert SET held = -1")]
    [InlineData("UPDATE alert_notification SET time = 9223372036854775807")]
    public async Task A_damaged_row_costs_one_alert_and_is_counted(string damage)
    {
        using var bench = new AlertBench([Hot]);
        await bench.RunAsync(5, () => bench.Send(celsius: 90));
        bench.Execute(damage);
        await bench.RestartAsync(TimeSpan.Zero);
        await bench.RunAsync(70, () => bench.Send(celsius: 90));
        Assert.Equal(1, bench.Metrics.Storage.RowsDamaged.Value);
        Assert.Equal(AlertPhase.Firing, Assert.Single(bench.Alerts).Phase);
    }

    [Fact]
    public async Task Silences_survive_a_restart()
    {
        using var bench = new AlertBench([Hot]);
        var silence = Silence(bench, TimeSpan.FromHours(2), new("rack", "a"));
        bench.Silences.TryAdd(silence);
        await bench.RunAsync(1);
        await bench.RestartAsync(TimeSpan.FromHours(1));
        var kept = Assert.Single(bench.Silences.Active);
        Assert.Equal((silence.Id, "rack=a", "why"), (kept.Id, kept.Matcher.ToString(), kept.Comment));
        Assert.True(bench.Silences.TryRemove(silence.Id));
        await bench.RunAsync(1);
        await bench.RestartAsync(TimeSpan.Zero);
        Assert.Empty(bench.Silences.Active);
    }

    private static void Two(AlertBench bench, double celsius)
    {
        bench.Send(celsius: celsius);
        bench.Send("00000000000000bb", celsius, "pi-02");
    }

    private static void OneHot(AlertBench bench)
    {
        bench.Send(celsius: 50);
        bench.Send("00000000000000bb", 90, "pi-02");
    }

    private static Silence Silence(AlertBench bench, TimeSpan length, KeyValuePair<string, string> pattern) => new(
        "s1", new AlertMatcher([pattern]), bench.Time.GetUtcNow(), bench.Time.GetUtcNow() + length, "me", "why");
}
