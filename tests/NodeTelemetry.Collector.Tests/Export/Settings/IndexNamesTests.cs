using NodeTelemetry.Collector.Export.Settings;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export.Settings;

public class IndexNamesTests
{
    [Theory]
    [InlineData(nameof(IndexNaming.Daily), "2026-11-21", "nodetelemetry-metrics-v1-2026.11.21")]
    [InlineData(nameof(IndexNaming.Weekly), "2026-11-21", "nodetelemetry-metrics-v1-2026.w47")]
    [InlineData(nameof(IndexNaming.Weekly), "2027-01-03", "nodetelemetry-metrics-v1-2026.w53")]
    [InlineData(nameof(IndexNaming.Weekly), "2027-01-04", "nodetelemetry-metrics-v1-2027.w01")]
    [InlineData(nameof(IndexNaming.Stream), "2026-11-21", "nodetelemetry-metrics-v1-stream")]
    public void Name_follows_from_the_readings_time_alone(string naming, string day, string expected) => Assert.Equal(
        expected,
        IndexNames.ForMetrics(
            Enum.Parse<IndexNaming>(naming),
            DateTimeOffset.Parse($"{day}T23:59:59Z", System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("nodetelemetry-metrics-v1-2026.11.21", "2026-11-22")]
    [InlineData("nodetelemetry-metrics-v1-2026.12.31", "2027-01-01")]
    [InlineData("nodetelemetry-metrics-v1-2026.w53", "2027-01-04")]
    public void End_of_an_index_is_read_from_its_name(string index, string end)
    {
        Assert.True(IndexNames.TryReadEnd(index, out var read));
        Assert.Equal(DateTime.Parse(end, System.Globalization.CultureInfo.InvariantCulture), read);
    }

    [Theory]
    [InlineData("nodetelemetry-metrics-v1-2026.11.21-copy")]
    [InlineData("nodetelemetry-metrics-v1-2026.11.2")]
    [InlineData("nodetelemetry-metrics-v1-2026.13.01")]
    [InlineData("nodetelemetry-metrics-v1- 2026.11.21")]
    [InlineData("nodetelemetry-metrics-v1-2026.w54")]
    [InlineData("nodetelemetry-metrics-v1-2026.w1")]
    [InlineData("nodetelemetry-metrics-v1-stream")]
    [InlineData("nodetelemetry-metrics-v12-2026.11.21")]
    [InlineData("nodetelemetry-metrics-v1")]
    [InlineData("restored-nodetelemetry-metrics-v1-2026.11.21")]
    [InlineData("nodetelemetry-events-v1-2026.11")]
    [InlineData("")]
    public void Nothing_else_has_such_a_name(string index) => Assert.False(IndexNames.TryReadEnd(index, out _));

    [Fact]
    public void Index_that_is_merged_before_the_last_late_reading_is_refused()
    {
        var problems = new IndexSettings { WarmAfter = TimeSpan.FromDays(8), DeleteAfter = TimeSpan.FromDays(8) }
            .Validate(TimeSpan.FromDays(7)).ToList();
        Assert.Equal(2, problems.Count);
        Assert.Contains("at least 9d", problems[0], StringComparison.Ordinal);
        Assert.Contains("OpenSearch:DeleteAfter (8d)", problems[1], StringComparison.Ordinal);
        Assert.Empty(new IndexSettings().Validate(TimeSpan.FromDays(7)));
    }

    // A weekly index is a week old when its last reading comes in time.
    [Fact]
    public void Weekly_indices_are_merged_a_week_later()
    {
        var weekly = new IndexSettings { Naming = IndexNaming.Weekly, WarmAfter = TimeSpan.FromDays(15.9) };
        Assert.Contains("at least 16d", Assert.Single(weekly.Validate(TimeSpan.FromDays(7))), StringComparison.Ordinal);
        weekly = weekly with { WarmAfter = IndexSettings.WarmAfterByDefault(IndexNaming.Weekly) };
        Assert.Equal(TimeSpan.FromDays(17), weekly.WarmAfter);
        Assert.Empty(weekly.Validate(TimeSpan.FromDays(7)));
        Assert.Equal(TimeSpan.FromDays(10), IndexSettings.WarmAfterByDefault(IndexNaming.Stream));
    }
}
