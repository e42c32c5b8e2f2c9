using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sensors;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Tests.Devices;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Chips;

/// <summary>Whole HATs on a bus: every address is asked, and what is there is sent under its names.</summary>
public sealed class ChipModelsTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_Enviro_plus()
    {
        var converter = new SimulatedAds1015();
        using var heater = new SimulatedGpioLine("GPIO24");

        Assert.Equal(
            [
                "bme280 t=23.7221 p=100942.9655 h=0.6531 chip=BME280",
                "ltr559 lux=6152.325 chip=LTR559",
                "mics6814 ox=15627.907 red=56000 nh3=560000 warm=1 chip=MICS6814",
                "ads1015_voltage3 v=1.2 chip=ADS1015",
            ],
            Sample(
                heater, converter.Wait, (0x76, SimulatedChips.Bme280()), (0x23, SimulatedChips.Ltr559()), (0x49, converter)));
        Assert.False(heater.IsHigh);
    }

    [Fact]
    public void An_Enviro_mini_heats_nothing()
    {
        using var heater = new SimulatedGpioLine("GPIO24") { Written = static _ => Assert.Fail("It was driven.") };

        Assert.Equal(
            ["bme280 t=23.7221 p=100942.9655 h=0.6531 chip=BME280", "ltr559 lux=6152.325 chip=LTR559"],
            Sample(heater, static _ => { }, (0x76, SimulatedChips.Bme280()), (0x23, SimulatedChips.Ltr559())));
    }

    [Theory]
    [InlineData(0x39, 0x90, "tcs3400 r=3000 g=4000 b=2500 c=10000 gain=16 int=0.1779 chip=TCS3400")]
    [InlineData(0x29, 0x44, "tcs3472 r=3000 g=4000 b=2500 c=10000 gain=16 int=0.1536 chip=TCS3472")]
    public void A_Sense_HAT_of_the_second_version(byte address, byte id, string colour)
    {
        using var heater = new SimulatedGpioLine("GPIO24");

        Assert.Equal(
            [
                "hts221 t=24.4979 h=0.45 chip=HTS221",
                "lps25h t=25 p=101325 chip=LPS25H",
                "lsm9ds1_accel t=31.5 ax=0 ay=0 az=9.8064 chip=LSM9DS1",
                "lsm9ds1_gyro gx=1.7454 gy=0 gz=-1.7454 chip=LSM9DS1",
                "lsm9ds1_magn mx=4.999E-05 my=-4.999E-05 mz=0 chip=LSM9DS1",
                colour,
            ],
            Sample(
                heater,
                static _ => { },
                (0x5F, SimulatedChips.Hts221()),
                (0x5C, SimulatedChips.Lps25h()),
                (0x6A, SimulatedChips.Motion()),
                (0x1C, SimulatedChips.Magnetometer()),
                (address, SimulatedChips.Tcs(id))));
    }

    /// <summary>What the first tick sends.</summary>
    private string[] Sample(
        SimulatedGpioLine heater, Action<TimeSpan> wait, params (byte Address, II2cDevice Device)[] devices)
    {
        var roots = new KernelRoots { Sys = _folder.Path };
        using var board = new EnviroPlus(
            "1-0049",
            [
                new(new Ads1015(At(0x49), Wait, null), new(roots, 1, 0x49), Ads1015.Model, Ads1015.Ads1115Model),
                new(new Bme280(At(0x76), Wait), new(roots, 1, 0x76), Bme280.Model),
                new(new Ltr559(At(0x23), Wait), new(roots, 1, 0x23), Ltr559.Model),
            ],
            heater,
            _time,
            NullLogger.Instance);
        var setup = new ChipSetup(Wait, Board: board);
        using var sampler = new I2cSampler(
            ChipModels.Addresses.Select(chip => new ChipSlot(
                chip.Create(At(chip.Address), setup), () => false, _time, NullLogger.Instance)),
            null,
            NameFilter.None,
            Deadline,
            _time,
            board);
        var builder = new SnapshotBuilder();
        sampler.Sample(builder);
        return SensorText.Of(builder.Section(SensorsSection.Definition).Build());

        II2cDevice At(byte address) =>
            Array.Find(devices, device => device.Address == address).Device
            ?? new SimulatedI2cDevice { Fault = static _ => BusOutcome.NoAnswer };

        void Wait(TimeSpan time)
        {
            wait(time);
            foreach (var (_, device) in devices)
            {
                (device as SimulatedI2cDevice)?.Wait(time);
            }
        }
    }
}
