using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Agent.Sensors;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Sensors.Iio;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Agent.Tests.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Board;

/// <summary>Sensors that hang: a chip that holds its bus, and a driver of the kernel that does not return.</summary>
public sealed class HangingSensorTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>How long a tick waits for a sensor; what it gets in that time does not matter here.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(10);

    private readonly FixtureHost _host = new("vm-no-sensors");
    private readonly ManualTimeProvider _time = new();
    private readonly SnapshotBuilder _builder = new();
    private readonly SimulatedI2cDevice _device = new() { BurstBit = 0x80 };
    private readonly ManualResetEventSlim _gate = new(initialState: true);

    public void Dispose()
    {
        _gate.Set();
        _host.Dispose();
    }

    /// <summary>Every tick of this test returns while both sensors hang, and what the other sensors say is the
    /// same.</summary>
    [Fact]
    public async Task They_delay_no_tick_and_change_no_other_reading()
    {
        Write("sys/bus/iio/devices/iio:device0/name", "hts221");
        Write("sys/bus/iio/devices/iio:device0/in_temp_input", "21");
        Write("sys/bus/iio/devices/iio:device0/in_humidityrelative_input", "50");
        Write("sys/bus/iio/devices/iio:device1/name", "bme280");
        var pipe = Path.Combine(_host.Sys, "bus/iio/devices/iio:device1/in_temp_input");
        using (var mkfifo = Process.Start("mkfifo", [pipe]))
        {
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        (_device[0x0F], _device[0x27]) = (0xBD, 3);
        _device.Load(0x28, "00543F30DF");
        _device.Fault = _ =>
        {
            _gate.Wait();
            return BusOutcome.Ok;
        };
        var slot = new ChipSlot(new Lps25h(_device, static _ => { }), static () => false, _time, NullLogger.Instance);
        using var i2c = new I2cSampler([slot], null, NameFilter.None, Wait, _time);
        using var iio = new IioSampler(_host.Roots(), NameFilter.None, Wait, _time, new BoardScan(_host.Roots(), _time));
        using var corrections = new SensorCorrections(
            new CorrectionSettings { TemperatureOffset = new SensorNumbers(-1, []) }, _time, NullLogger.Instance);
        SectionReading Tick()
        {
            _builder.Reset();
            iio.Sample(_builder);
            i2c.Sample(_builder);
            corrections.Sample(_builder);
            return _builder.Section(SensorsSection.Definition).Build() ?? Empty();
        }

        // The driver of the BME280 hangs from the start: nothing opens the other end of
        // the pipe; the LPS25H from its second measurement on.
        await Eventually.TrueAsync(
            () => Task.FromResult(Tick() is var all && all.Find("hts221") is not null && all.Find("lps25h") is not null),
            Deadline);
        _gate.Reset();
        for (var tick = 0; tick < 20; tick++)
        {
            _time.Advance(ChipModel.DefaultPeriod / 10);
            var sensors = Tick();

            Assert.Null(sensors.Find("bme280"));
            Assert.Equal(20, sensors.Find("hts221")!.Value[SensorsSection.TemperatureCelsius]!.Value, 1e-9);
            Assert.Equal(21, sensors.Find("hts221")!.Value[SensorsSection.TemperatureRawCelsius]!.Value, 1e-9);
            Assert.Equal(101_325, sensors.Find("lps25h")!.Value[SensorsSection.PressurePascals]!.Value, 1e-6);
        }
    }

    private static SectionReading Empty()
    {
        var builder = new SectionBuilder(SensorsSection.Definition);
        builder.Begin("none");
        return builder.Build()!;
    }

    private void Write(string path, string content) => _host.Write(path, Encoding.UTF8.GetBytes(content + "\n"));
}
