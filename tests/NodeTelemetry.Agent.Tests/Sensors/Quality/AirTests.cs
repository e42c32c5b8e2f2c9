using NodeTelemetry.Agent.Sensors.Quality;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Quality;

public sealed class AirTests
{
    [Theory]
    [InlineData(25, 0.5, 13.8516)]
    [InlineData(32, 0.3, 12.254)]
    [InlineData(20, 1, 20)]
    [InlineData(-10, 1, -10)]
    public void Dew_points(double celsius, double humidity, double expected) =>
        Assert.Equal(expected, Air.DewPointCelsius(celsius, humidity)!.Value, 1e-3);

    [Fact]
    public void Air_without_vapour_has_no_dew_point() => Assert.Null(Air.DewPointCelsius(20, 0));

    [Theory]
    [InlineData(21.7778, 0.3, 32, 0.5471)]
    [InlineData(32, 0.5471, 21.7778, 0.3)]
    [InlineData(5, 0.5, 30, 1)]
    public void Humidity_at_another_temperature(double celsius, double humidity, double from, double expected) =>
        Assert.Equal(expected, Air.HumidityRatioAt(celsius, humidity, from), 1e-4);

    [Fact]
    public void The_dew_point_stays_when_the_temperature_changes()
    {
        var humidity = Air.HumidityRatioAt(21.7778, 0.3, 32);

        Assert.Equal(Air.DewPointCelsius(32, 0.3)!.Value, Air.DewPointCelsius(21.7778, humidity)!.Value, 1e-9);
    }

    [Theory]
    [InlineData(100_661.517564, 55.385, 101_325)]
    [InlineData(89_874.6, 1000, 101_325)]
    [InlineData(106_500, -430, 101_232.2)]
    [InlineData(101_325, 0, 101_325)]
    public void Pressure_at_sea_level(double pascals, double altitude, double expected) =>
        Assert.Equal(expected, Air.SeaLevelPascals(pascals, altitude), 6.0);
}
