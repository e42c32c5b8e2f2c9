using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Displays;

/// <summary>The samples of <c>tests/fixtures/displays</c> as what pages are drawn from.</summary>
internal static class DisplaySamples
{
    /// <summary>Gets the names of all samples.</summary>
    public static IEnumerable<string> Names =>
        Directory.GetFiles(RepositoryRoot.Fixture("displays"), "*.json")
            .Select(static path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    /// <summary>Reads a sample.</summary>
    public static NodeSnapshot Read(string name)
    {
        var error = new SnapshotDecoder().Decode(
            File.ReadAllBytes(RepositoryRoot.Fixture("displays", name + ".json")), out var snapshot);
        Assert.Equal(DecodeError.None, error);
        return snapshot!;
    }

    /// <summary>Makes what pages are drawn from. Each sample has a past and a word of the collector that suits it.
    /// </summary>
    public static DisplayContent Content(string name) =>
        Content(Read(name), name switch
        {
            "enviro-plus" or "sense-hat" => AlertLevel.None,
            "stale" => AlertLevel.Warning,
            "hot" => AlertLevel.Critical,
            _ => (AlertLevel?)null,
        }, name switch
        {
            "enviro-plus" => TimeSpan.FromDays(2),
            "hot" => TimeSpan.FromHours(5),
            "no-sensors" => TimeSpan.Zero,
            _ => TimeSpan.FromMinutes(20),
        });

    /// <summary>Makes what pages are drawn from.</summary>
    /// <param name="snapshot">The sample.</param>
    /// <param name="alert">What the collector says.</param>
    /// <param name="past">How long the temperature has gone up and down by the hour of the day, to end at the sample's.
    /// </param>
    public static DisplayContent Content(NodeSnapshot snapshot, AlertLevel? alert, TimeSpan past)
    {
        var history = new TemperatureHistory();
        if (DisplayedTemperature.Find(snapshot) is { } shown)
        {
            var time = new ManualTimeProvider();
            for (var left = past; left >= TimeSpan.Zero; left -= TemperatureHistory.SpanMin)
            {
                var change = 3 * Math.Sin(left.TotalHours / 24 * Math.Tau);
                history.Add(shown with { Celsius = shown.Celsius + change }, time);
                time.Advance(TemperatureHistory.SpanMin);
            }
        }

        return new DisplayContent
        {
            Snapshot = snapshot,
            About = snapshot.About,
            History = history,
            Alert = alert,
            Time = new TimeOnly(14, 5),
            IsBeat = true,
        };
    }
}
