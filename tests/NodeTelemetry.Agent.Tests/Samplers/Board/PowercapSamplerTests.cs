using System.Globalization;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Board;

public sealed class PowercapSamplerTests : IDisposable
{
    private const long Range = 262_143_328_850;

    private readonly SamplerBench _bench = new("vm-no-sensors");
    private readonly PowercapSampler _sampler;

    public PowercapSamplerTests() =>
        _sampler = _bench.Own(new PowercapSampler(_bench.Host.Roots(), NameFilter.None, _bench.Time));

    public void Dispose() => _bench.Dispose();

    /// <summary>The zones of a PC with one package; the counters by MMIO are those of the same package.</summary>
    [Fact]
    public void Energy_becomes_the_average_power_of_each_zone()
    {
        Count(100_000_000, 50_000_000, 7_000_000);
        Assert.Null(Sample(SampleOutcome.NoData));

        _bench.Time.Advance(PowercapSampler.Period);
        Count(225_000_000, 85_000_000, 14_500_000);
        var power = Sample()!;
        Assert.Equal(
            [("package-0", 25.0), ("package-0/core", 7.0), ("package-0/dram", 1.5)],
            Enumerable.Range(0, power.EntryCount).Select(index =>
                (power[index].Name!, Math.Round(power[index][PowerSection.Watts]!.Value, 6))));
        Assert.Null(power[0][PowerSection.Volts]);

        // Within the period the average stays.
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        Count(900_000_000, 900_000_000, 900_000_000);
        Assert.Equal(25, Math.Round(Sample()![0][PowerSection.Watts]!.Value, 6));
    }

    [Fact]
    public void A_counter_that_begins_again_goes_on_and_one_that_was_reset_has_no_power()
    {
        Count(Range - 25_000_000, Range / 2, 10_000_000);
        Sample(SampleOutcome.NoData);
        _bench.Time.Advance(PowercapSampler.Period);
        Count(25_000_000, 0, 20_000_000);

        var power = Sample()!;
        Assert.Equal(10, Math.Round(power.Find("package-0")!.Value[PowerSection.Watts]!.Value, 6));
        Assert.Null(power.Find("package-0/core"));
        Assert.Equal(2, Math.Round(power.Find("package-0/dram")!.Value[PowerSection.Watts]!.Value, 6));
    }

    /// <summary>Without permission the file cannot be read; a directory in its place cannot either, by root too.</summary>
    [Fact]
    public void Counters_that_become_readable_are_found_within_half_a_minute()
    {
        Zone("intel-rapl:0", "package-0", 0);
        var counter = Path.Join(_bench.Host.Root, "sys/class/powercap/intel-rapl:0/energy_uj");
        File.Delete(counter);
        Directory.CreateDirectory(counter);
        Assert.Null(Sample(SampleOutcome.NoData));

        Directory.Delete(counter);
        _bench.Time.Advance(PowercapSampler.SearchPeriod);
        Zone("intel-rapl:0", "package-0", 1_000_000);
        Assert.Null(Sample(SampleOutcome.NoData));
        _bench.Time.Advance(PowercapSampler.Period);
        Zone("intel-rapl:0", "package-0", 6_000_000);
        Assert.Equal(1, Math.Round(Sample()![0][PowerSection.Watts]!.Value, 6));
    }

    [Theory]
    [InlineData(0, 0, null, 5, 0.0)]
    [InlineData(5, 1, null, 5, null)]
    [InlineData(0, 20e9, null, 5, null)]
    [InlineData(0, 10e9, null, 5, 2000.0)]
    public void Power_is_the_difference_by_time(
        double before, double now, double? range, double seconds, double? watts) =>
        Assert.Equal(watts, PowercapSampler.ComputeWatts(before, now, range, seconds));

    [Fact]
    public void Reading_allocates_nothing()
    {
        Count(1_000_000, 1_000_000, 1_000_000);
        Sample(SampleOutcome.NoData);
        for (var round = 0; round < 3; round++)
        {
            _bench.Time.Advance(PowercapSampler.Period);
            _bench.Builder.Reset();
            _sampler.Sample(_bench.Builder);
        }

        _bench.Builder.Reset();
        _bench.Time.Advance(PowercapSampler.Period);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _sampler.Sample(_bench.Builder);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Count(long package, long core, long memory)
    {
        Zone("intel-rapl:0", "package-0", package);
        Zone("intel-rapl:0:0", "core", core);
        Zone("intel-rapl:0:1", "dram", memory);
        Zone("intel-rapl-mmio:0", "package-0", package);
        _bench.Write("sys/class/powercap/intel-rapl/enabled", "1\n");
    }

    private void Zone(string zone, string name, long microjoules)
    {
        _bench.Write($"sys/class/powercap/{zone}/name", name + "\n");
        _bench.Write($"sys/class/powercap/{zone}/max_energy_range_uj", Range.ToString(CultureInfo.InvariantCulture) + "\n");
        _bench.Write($"sys/class/powercap/{zone}/energy_uj", microjoules.ToString(CultureInfo.InvariantCulture) + "\n");
    }

    private SectionReading? Sample(SampleOutcome outcome = SampleOutcome.Ok) =>
        _bench.Section(PowerSection.Definition, outcome, _sampler);
}
