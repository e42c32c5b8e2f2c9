using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Alerts.Engine;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Alerts.Storage;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Alerts.Engine;

public sealed class SilenceListTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<(NodeEventKind Kind, string Text)> _events = [];

    /// <summary>Who reads the events sees when nothing was sent, and why.</summary>
    [Fact]
    public void Every_silence_and_its_end_is_an_event()
    {
        var silences = Create();
        Assert.True(silences.TryAdd(CreateSilence("a", TimeSpan.FromHours(1))));
        Assert.True(silences.TryAdd(CreateSilence("b", TimeSpan.FromHours(2))));
        Assert.True(silences.TryRemove("b"));
        _time.Advance(TimeSpan.FromHours(1));
        silences.Expire();
        silences.Expire();

        Assert.Equal(
            [NodeEventKind.Silenced, NodeEventKind.Silenced, NodeEventKind.SilenceEnded, NodeEventKind.SilenceEnded],
            _events.Select(static raised => raised.Kind));
        Assert.StartsWith("me silenced alerts with hostname=pi-* until 20", _events[0].Text, StringComparison.Ordinal);
        Assert.EndsWith(": new fans", _events[0].Text, StringComparison.Ordinal);
        Assert.Equal("The silence of me for hostname=pi-* was removed.", _events[2].Text);
        Assert.Equal("The silence of me for hostname=pi-* ended.", _events[3].Text);
    }

    [Fact]
    public void A_maintenance_window_is_an_event_when_it_opens_and_closes()
    {
        var opensAt = TimeOnly.FromDateTime(_time.GetUtcNow().AddHours(1).UtcDateTime);
        var silences = Create(new MaintenanceWindow(
            "updates", AlertMatcher.All, [.. Enum.GetValues<DayOfWeek>()], opensAt, TimeSpan.FromHours(1), TimeZoneInfo.Utc));
        for (var minute = 0; minute < 180; minute++)
        {
            silences.Expire();
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal([NodeEventKind.Silenced, NodeEventKind.SilenceEnded], _events.Select(static raised => raised.Kind));
        Assert.StartsWith("Maintenance window updates opened", _events[0].Text, StringComparison.Ordinal);
    }

    private SilenceList Create(params MaintenanceWindow[] windows) =>
        new(
            windows, new AlertStore(),
            new RetentionClock(_time, static () => true, NullLogger<RetentionClock>.Instance), _time)
        {
            Reported = (kind, text) => _events.Add((kind, text)),
        };

    private Silence CreateSilence(string id, TimeSpan duration) => new(
        id, new AlertMatcher([new("hostname", "pi-*")]), _time.GetUtcNow(), _time.GetUtcNow() + duration, "me", "new fans");
}
