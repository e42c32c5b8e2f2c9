using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Board;

public sealed class PowerSupplySamplerTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly SamplerBench _bench = new("vm-no-sensors");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_UPS_that_is_discharged_is_on_battery()
    {
        Supply("AC", "type=Mains", "online=0");
        Supply("ups0", "type=UPS", "status=Discharging", "capacity=83", "time_to_empty_now=1260", "voltage_now=13120000");

        var supplies = Sample()!;
        Assert.Equal(0, supplies.Find("AC")!.Value[SuppliesSection.Online]);
        Assert.Null(supplies.Find("AC")!.Value[SuppliesSection.OnBattery]);
        var ups = supplies.Find("ups0")!.Value;
        Assert.Equal((0.83, 1.0, 1260.0, 13.12), (ups[SuppliesSection.ChargeRatio], ups[SuppliesSection.OnBattery], ups[SuppliesSection.SecondsLeft], Math.Round(ups[SuppliesSection.Volts]!.Value, 6)));
        Assert.Equal(("UPS", "Discharging"), (ups.Text(SuppliesSection.Type), ups.Text(SuppliesSection.Status)));
    }

    /// <summary>The fuel gauge of a UPS board on a Raspberry Pi is a battery to the kernel, as a laptop's is.</summary>
    [Theory]
    [InlineData(null, null, false)]
    [InlineData("sys/class/dmi/id/chassis_type", "3\n", false)]
    [InlineData("sys/class/dmi/id/chassis_type", "10\n", true)]
    [InlineData("proc/device-tree/chassis-type", "laptop\0", true)]
    [InlineData("proc/device-tree/chassis-type", "embedded\0", false)]
    public void The_battery_of_a_portable_computer_is_no_UPS(string? file, string? text, bool isPortable)
    {
        if (file is not null)
        {
            _bench.Write(file, text!);
        }

        Supply("AC", "type=Mains", "online=0");
        Supply("BAT0", "type=Battery", "scope=System", "status=Discharging", "capacity=83");

        var battery = Sample()!.Find("BAT0")!.Value;
        Assert.Equal(isPortable ? null : 1, battery[SuppliesSection.OnBattery]);
        Assert.Equal(isPortable ? 1 : null, battery[SuppliesSection.PortableOnBattery]);
    }

    [Fact]
    public void A_UPS_beside_a_laptop_is_a_UPS()
    {
        _bench.Write("sys/class/dmi/id/chassis_type", "10\n");
        Supply("ups0", "type=UPS", "status=Discharging");

        var ups = Sample()!.Find("ups0")!.Value;
        Assert.Equal(1, ups[SuppliesSection.OnBattery]);
        Assert.Null(ups[SuppliesSection.PortableOnBattery]);
    }

    [Fact]
    public void What_a_gauge_does_not_know_is_unknown_and_a_mouse_is_no_supply()
    {
        Supply("BAT0", "type=Battery", "status=Unknown", "capacity=-1", "time_to_empty_now=3932100", "voltage_now=0");
        Supply("BAT1", "type=Battery", "present=0", "status=Unknown");
        Supply("hidpp_battery_0", "type=Battery", "scope=Device", "status=Discharging", "capacity=5");

        var supplies = Sample()!;
        Assert.Equal(1, supplies.EntryCount);
        Assert.All(
            SuppliesSection.Definition.Fields.Where(static field => field.Kind != Protocol.Catalog.FieldKind.Text),
            field => Assert.Null(supplies[0][field]));
    }

    [Fact]
    public void Without_supplies_there_is_no_section() => Assert.Null(Sample(SampleOutcome.NoData));

    private void Supply(string name, params string[] files)
    {
        foreach (var file in files)
        {
            var parts = file.Split('=');
            _bench.Write($"sys/class/power_supply/{name}/{parts[0]}", parts[1] + "\n");
        }
    }

    private SectionReading? Sample(SampleOutcome outcome = SampleOutcome.Ok) => _bench.Section(
        SuppliesSection.Definition, outcome, _bench.Own(new PowerSupplySampler(_bench.Host.Roots(), Deadline, _bench.Time)));
}
