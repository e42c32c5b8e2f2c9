using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sensors.Iio;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Iio;

public sealed class IioSamplerTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly FixtureHost _host = new("vm-no-sensors");
    private readonly ManualTimeProvider _time = new();
    private readonly SnapshotBuilder _builder = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Humidity_a_little_over_its_range_is_at_its_end()
    {
        Device(0, "bme280", "in_temp_input=23720", "in_humidityrelative_input=100400");
        Assert.Equal(["bme280 t=23.72 h=1 chip=BME280"], Sample());
    }

    [Fact]
    public void A_converter_s_inputs_have_a_name_each_and_differences_are_left_out()
    {
        Device(
            0, "ads1015", "in_voltage0_raw=240", "in_voltage0_scale=3", "in_voltage1_raw=550", "in_voltage_scale=2",
            "in_voltage1_label=red", "in_voltage0-voltage1_raw=7", "in_voltage0-voltage1_scale=3");
        Device(1, "12d10000.adc", "in_voltage0_raw=4000");
        Assert.Equal(["ads1015_red v=1.1 chip=ADS1015", "ads1015_voltage0 v=0.72 chip=ADS1015"], Sample());
    }

    [Fact]
    public void Axes_share_a_scale_and_colours_are_counts()
    {
        Device(0, "lsm9ds1_magn", "in_magn_x_raw=3571", "in_magn_y_raw=-3571", "in_magn_z_raw=0", "in_magn_scale=0.00014");
        Device(1, "tcs3472", "in_intensity_clear_raw=10000", "in_intensity_red_raw=3000", "in_intensity_red_scale=4");
        Device(2, "mpu6050", "in_accel_z_raw=16384", "in_accel_scale=0.000598", "in_anglvel_x_raw=-100", "in_anglvel_scale=0.001064724");
        Assert.Equal(
            [
                "lsm9ds1_magn mx=4.999E-05 my=-4.999E-05 mz=0 chip=LSM9DS1",
                "tcs3472 r=3000 c=10000 chip=TCS3472",
                "mpu6050 az=9.7976 gx=-0.1065 chip=mpu6050",
            ],
            Sample());
    }

    [Fact]
    public void Air_illuminance_and_proximity()
    {
        Device(0, "scd30", "in_concentration_co2_input=0.0612", "in_temp_input=21000");
        Device(1, "pms7003", "in_massconcentration_pm1_input=5", "in_massconcentration_pm2p5_input=13", "in_massconcentration_pm10_input=22");
        Device(2, "opt3001", "in_illuminance_input=642.88", "in_proximity_raw=291", "in_proximity_scale=9", "in_intensity_both_raw=1");
        Device(3, "bme680", "in_resistance_input=82345");
        Device(4, "mlx90614", "in_temp_ambient_raw=1000", "in_temp_object_raw=1100", "in_temp_scale=20", "in_temp_offset=-7");
        Assert.Equal(
            [
                "scd30 t=21 co2=0.0006 chip=scd30",
                "pms7003 pm1=5 pm25=13 pm10=22 chip=pms7003",
                "opt3001 lux=642.88 prox=291 chip=opt3001",
                "bme680 ohm=82345 chip=bme680",
                "mlx90614_temp_ambient t=19.86 chip=mlx90614",
                "mlx90614_temp_object t=21.86 chip=mlx90614",
            ],
            Sample());
    }

    [Fact]
    public void Two_of_a_kind_are_distinguished_and_patterns_apply_to_the_sent_name()
    {
        _host.Write("sys/devices/i2c-1/1-0077/iio:device1/name", "bme280\n"u8);
        _host.Write("sys/devices/i2c-1/1-0077/iio:device1/in_temp_input", "22000\n"u8);
        Device(0, "bme280", "in_temp_input=21000");
        Directory.CreateSymbolicLink(
            Path.Combine(_host.Sys, "bus/iio/devices/iio:device1"), "../../../devices/i2c-1/1-0077/iio:device1");
        Assert.Equal(["bme280 t=21 chip=BME280", "bme280-1-0077 t=22 chip=BME280"], Sample());

        using var sampler = new IioSampler(_host.Roots(), new NameFilter(["*-1-*"], []), Deadline, _time);
        Assert.Equal(["bme280-1-0077 t=22 chip=BME280"], Sample(sampler));
    }

    [Fact]
    public async Task A_device_that_stops_answering_keeps_its_last_values_is_stale_and_then_absent()
    {
        Device(0, "bme280", "in_temp_input=21000");
        using var sampler = Make();
        Assert.Equal(["bme280 t=21 chip=BME280"], Sample(sampler));

        Device(0, "bme280", "in_temp_input=no");
        _time.Advance(IioDevice.Period);
        await Eventually.TrueAsync(
            () =>
            {
                _builder.Reset();
                return Task.FromResult(sampler.Sample(_builder) == SampleOutcome.Failed);
            },
            Deadline);
        Assert.Equal(["bme280 t=21 chip=BME280"], Sample(sampler));
        _time.Advance(IioDevice.StaleAfter);
        Assert.Equal(["bme280 t=21 stale=1 chip=BME280"], Sample(sampler));
        _time.Advance(LastMeasurement.AgeMax);
        Assert.Empty(Sample(sampler));

        Device(0, "bme280", "in_temp_input=22000");
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(IioDevice.Period);
                return Task.FromResult(Sample(sampler) is ["bme280 t=22 chip=BME280"]);
            },
            Deadline);
    }

    [Fact]
    public void Devices_are_plugged_and_unplugged()
    {
        using var sampler = Make();
        Assert.Empty(Sample(sampler));

        Device(0, "bmp280", "in_temp_input=21000");
        _time.Advance(IioSampler.RescanPeriod);
        Assert.Equal(["bmp280 t=21 chip=BMP280"], Sample(sampler));

        _host.Remove("sys/bus/iio/devices/iio:device0");
        _time.Advance(IioSampler.RescanPeriod);
        Assert.Empty(Sample(sampler));
    }

    [Theory]
    [InlineData("23720\n", true, 23720)]
    [InlineData("-0.5", true, -0.5)]
    [InlineData("100.942695312", true, 100.942695312)]
    [InlineData("1.797e400", false, 0)]
    [InlineData("12 dB", true, 12)]
    [InlineData("12dB", false, 12)]
    [InlineData("nan", false, 0)]
    [InlineData("", false, 0)]
    public void Numbers(string text, bool isAccepted, double expected)
    {
        Assert.Equal(isAccepted, KernelNumber.TryParse(Encoding.UTF8.GetBytes(text), out var value));
        if (isAccepted)
        {
            Assert.Equal(expected, value);
        }
    }

    private void Device(int number, string name, params string[] files)
    {
        foreach (var file in files.Prepend($"name={name}"))
        {
            var parts = file.Split('=', 2);
            _host.Write($"sys/bus/iio/devices/iio:device{number}/{parts[0]}", Encoding.UTF8.GetBytes(parts[1] + "\n"));
        }
    }

    private IioSampler Make() => new(_host.Roots(), NameFilter.None, Deadline, _time);

    private string[] Sample()
    {
        using var sampler = Make();
        return Sample(sampler);
    }

    private string[] Sample(IioSampler sampler)
    {
        _builder.Reset();
        sampler.Sample(_builder);
        return SensorText.Of(_builder.Section(SensorsSection.Definition).Build());
    }
}
