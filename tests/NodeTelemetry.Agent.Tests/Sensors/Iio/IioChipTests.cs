using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Sensors.Iio;
using NodeTelemetry.Agent.Tests.Devices;
using NodeTelemetry.Agent.Tests.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Iio;

/// <summary>The HATs' chips where a driver of the kernel has them: the same names and readings as without, from the files
/// in <c>fixtures/iio</c>.</summary>
public sealed class IioChipTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly FixtureHost _host = new("vm-no-sensors");
    private readonly ManualTimeProvider _time = new();

    public static TheoryData<string> Folders =>
        [.. Directory.GetDirectories(RepositoryRoot.Fixture("iio")).Select(static path => Path.GetFileName(path)!)];

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("bme280", "bme280 t=23.72 p=100942.6953 h=0.6531 chip=BME280")]
    [InlineData("bme280-older-kernel", "bme280 t=23.72 p=100942.6953 h=0.653 chip=BME280")]
    [InlineData("bmp280", "bmp280 t=23.72 p=100942.6953 chip=BMP280")]
    [InlineData("ltr559", "ltr559 lux=642.88 prox=291 chip=LTR559")]
    [InlineData("ltr559-saturated", "ltr559 prox=0 chip=LTR559")]
    [InlineData("hts221", "hts221 t=24.4949 h=0.4496 chip=HTS221")]
    [InlineData("lps25h", "lps25h t=25 p=101325 chip=LPS25H")]
    [InlineData("lsm9ds1_magn", "lsm9ds1_magn mx=5.214E-05 my=-5.214E-05 mz=0 chip=LSM9DS1")]
    [InlineData("lsm9ds1_accel", "lsm9ds1_accel ax=0 ay=0 az=9.803 chip=LSM9DS1")]
    [InlineData("lsm9ds1_gyro", "lsm9ds1_gyro gx=1.7454 gy=0 gz=-1.7454 chip=LSM9DS1")]
    [InlineData("tcs3472", "tcs3472 r=3000 g=4000 b=2500 c=10000 gain=16 int=0.1536 chip=TCS3472")]
    [InlineData(
        "ads1015",
        "ads1015_voltage0 v=0.72 chip=ADS1015; ads1015_voltage1 v=1.65 chip=ADS1015; "
        + "ads1015_voltage2 v=3 chip=ADS1015; ads1015_voltage3 v=1.2 chip=ADS1015")]
    [InlineData(
        "ads1115",
        "ads1115_voltage0 v=0.72 chip=ADS1115; ads1115_voltage1 v=3.3 chip=ADS1115; "
        + "ads1115_voltage2 v=3.2985 chip=ADS1115; ads1115_voltage3 v=1.5 chip=ADS1115")]
    public void A_chip_of_the_kernel_has_the_names_and_readings_of_the_agent_s_own(string folder, string expected)
    {
        Copy(folder, "sys/bus/iio/devices/iio:device0");
        using var sampler = new IioSampler(_host.Roots(), NameFilter.None, Deadline, _time, new BoardScan(_host.Roots(), _time));

        Assert.Equal(expected, string.Join("; ", Sample(sampler)));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Reading_allocates_nothing(string folder)
    {
        Copy(folder, "sys/bus/iio/devices/iio:device0");
        var path = Path.Combine(_host.Sys, "bus/iio/devices/iio:device0");
        IIioValue[] values =
            [.. IioChannels.Find(path, File.ReadAllText(Path.Combine(path, "name")).Trim(), folder, null)];
        var read = 0;
        ReadAll();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            ReadAll();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(read > 100);

        void ReadAll()
        {
            foreach (var value in values)
            {
                read += value.TryRead(out _) ? 1 : 0;
            }
        }
    }

    [Theory]
    [InlineData("ads1015", "ads1015_voltage3 v=1.2 chip=ADS1015; mics6814 ox=15627.907 red=56000 nh3=560000 warm=1 chip=MICS6814")]
    [InlineData("ads1115", "ads1115_voltage3 v=1.5 chip=ADS1115; mics6814 ox=15627.907 warm=1 chip=MICS6814")]
    public void The_converter_of_an_Enviro_plus_has_its_gas_sensor(string folder, string expected)
    {
        Copy(folder, "sys/devices/i2c-1/1-0049/iio:device0");
        Directory.CreateDirectory(Path.Combine(_host.Sys, "bus/iio/devices"));
        Directory.CreateSymbolicLink(
            Path.Combine(_host.Sys, "bus/iio/devices/iio:device0"), "../../../devices/i2c-1/1-0049/iio:device0");
        Bind("1-0049", folder);
        var heater = new SimulatedGpioLine("GPIO24");
        var climate = SimulatedChips.Bme280();
        var light = SimulatedChips.Ltr559();
        using var board = new EnviroPlus(
            "1-0049",
            [
                new(new Ads1015(new SimulatedAds1015(), static _ => { }, null), new(_host.Roots(), 1, 0x49), Ads1015.Model, Ads1015.Ads1115Model),
                new(new Bme280(climate, climate.Wait), new(_host.Roots(), 1, 0x76), Bme280.Model),
                new(new Ltr559(light, light.Wait), new(_host.Roots(), 1, 0x23), Ltr559.Model),
            ],
            heater,
            _time,
            NullLogger.Instance);
        using var sampler = new IioSampler(_host.Roots(), NameFilter.None, Deadline, _time, new BoardScan(_host.Roots(), _time), [board]);

        // Before it is known whose it is, its inputs have no name.
        Assert.Empty(Sample(sampler));

        board.Refresh();
        _time.Advance(IioSampler.RescanPeriod);
        Assert.Equal(expected, string.Join("; ", Sample(sampler)));
        Assert.True(heater.IsHigh);
    }

    private void Bind(string place, string chip)
    {
        _host.Write($"sys/bus/i2c/devices/{place}/name", System.Text.Encoding.UTF8.GetBytes(chip + "\n"));
        Directory.CreateDirectory(Path.Combine(_host.Sys, $"bus/i2c/devices/{place}/driver"));
    }

    private void Copy(string folder, string to)
    {
        foreach (var file in Directory.GetFiles(RepositoryRoot.Fixture("iio", folder)))
        {
            _host.Write($"{to}/{Path.GetFileName(file)}", File.ReadAllBytes(file));
        }
    }

    private static string[] Sample(IioSampler sampler)
    {
        var builder = new SnapshotBuilder();
        sampler.Sample(builder);
        return SensorText.Of(builder.Section(SensorsSection.Definition).Build());
    }
}
