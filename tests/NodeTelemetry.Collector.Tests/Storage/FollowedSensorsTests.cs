using NodeTelemetry.Collector.Nodes;
using NodeTelemetry.Collector.Storage;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage;

/// <summary>The history of what sensors say: of one sensor for each quantity.</summary>
public sealed class FollowedSensorsTests
{
    private static readonly int Temperature = IndexOf(SensorsSection.TemperatureCelsius);

    private readonly FollowedSensors _sensors = new();

    [Fact]
    public void The_first_by_name_is_followed_in_whatever_order_the_parts_come()
    {
        Assert.Equal(22, Value(0, Sensor("lps25h", 22)));
        Assert.Equal(21, Value(1, Sensor("hts221", 21)));
        Assert.Null(Value(2, Sensor("lps25h", 22)));
        Assert.Equal(20, Value(3, Sensor("lps25h", 22), Sensor("hts221", 20)));
    }

    [Fact]
    public void Another_one_is_followed_when_it_has_been_gone_for_a_while()
    {
        Value(0, Sensor("bme280", 20));

        Assert.Null(Value(FollowedSensors.AbsentSecondsMax, Sensor("hts221", 21)));
        Assert.Equal(21, Value(FollowedSensors.AbsentSecondsMax + 1, Sensor("hts221", 21)));
    }

    [Fact]
    public void A_late_sample_does_not_make_it_look_gone()
    {
        Value(1000, Sensor("bme280", 20));
        Value(100, Sensor("bme280", 19));

        Assert.Null(Value(1001, Sensor("hts221", 21)));
    }

    [Fact]
    public void What_warms_up_or_does_not_answer_is_not_followed()
    {
        Assert.Null(Value(0, Sensor("bme280", 20, SensorsSection.Stale)));
        Assert.Null(Value(0, Sensor("bme280", 20, SensorsSection.WarmingUp)));
        Assert.Equal(21, Value(0, Sensor("bme280", 20, SensorsSection.Stale), Sensor("hts221", 21)));
    }

    [Fact]
    public void The_history_has_it_with_the_smallest_mean_and_largest()
    {
        using var bench = new StorageBench();
        var start = bench.Time.GetUtcNow();
        foreach (var celsius in (double[])[20, 21, 25])
        {
            var snapshot = Snapshots.Of() with { Sections = [Section(Sensor("bme280", celsius))] };
            bench.History.OnSnapshot(new AcceptedSnapshot("pi-1", snapshot, bench.Time.GetUtcNow()), null!);
        }

        var answer = bench.Query.Node("pi-1", null, start, start + TimeSpan.FromSeconds(10), 10);

        var history = Assert.Single(
            answer.Readings, static reading => reading.Definition.ApiName == "sensorTemperatureCelsius");
        Assert.Equal((20, 22, 25), (history.Min[0], history.Avg[0], history.Max[0]));
    }

    private static int IndexOf(FieldDefinition field) => FollowedSensors.Fields.ToList().IndexOf(field);

    private static (string Name, double Celsius, FieldDefinition? Flag) Sensor(
        string name, double celsius, FieldDefinition? flag = null) => (name, celsius, flag);

    private static SectionReading Section(params (string Name, double Celsius, FieldDefinition? Flag)[] sensors)
    {
        var builder = new SectionBuilder(SensorsSection.Definition);
        foreach (var (name, celsius, flag) in sensors)
        {
            builder.Begin(name);
            builder.Set(SensorsSection.TemperatureCelsius, celsius);
            if (flag is not null)
            {
                builder.Set(flag, true);
            }
        }

        return builder.Build()!;
    }

    private double? Value(long seconds, params (string Name, double Celsius, FieldDefinition? Flag)[] sensors) =>
        _sensors.Value(Temperature, Section(sensors), seconds);
}
