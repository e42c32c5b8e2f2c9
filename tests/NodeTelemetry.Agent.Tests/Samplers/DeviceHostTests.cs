using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Run;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Tests.Sensors.Iio;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers;

/// <summary>The samplers of disks, interfaces and sensors on every host.</summary>
public sealed class DeviceHostTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Hosts => [.. FixtureHost.Names];

    /// <summary>hwmon, iio, where there is a device tree i2c, pms5003 and microphone, then filesystems,
    /// diskstats, mmc, netdev. No host has IIO devices: their folders have a colon in
    /// their name, which some systems cannot check out; <see cref="IioSamplerTests"/> makes them.</summary>
    [Theory]
    [InlineData("container", "NoData NoData Ok NoData NoData Ok")]
    [InlineData("hostile", "Failed NoData NoData NoData NoData NoData Failed Failed Failed")]
    [InlineData("odroid-xu4", "Ok NoData NoData NoData NoData Ok Ok Ok Ok")]
    [InlineData("rpi3-bullseye", "Ok NoData NoData NoData NoData Ok Ok NoData Ok")]
    [InlineData("rpi4-bookworm", "Ok NoData NoData NoData NoData Ok Ok NoData Ok")]
    [InlineData("rpi5-bookworm", "Ok NoData NoData NoData NoData Ok Ok NoData Ok")]
    [InlineData("rpizero2w-bookworm", "Ok NoData NoData NoData NoData Ok Ok NoData Ok")]
    [InlineData("vm-no-sensors", "NoData NoData Ok Ok NoData Ok")]
    [InlineData("x64-debian12", "Ok NoData Ok Ok NoData Ok")]
    [InlineData("x64-server-64", "Ok NoData Ok Ok NoData Ok")]
    public void Each_sampler_says_how_it_went_on(string name, string expected)
    {
        using var host = new FixtureHost(name);
        Assert.Equal(expected, Outcomes(host.Roots()));
    }

    [Fact]
    public void A_machine_without_any_kernel_files_has_no_data_and_no_failures()
    {
        var outcomes = Outcomes(new KernelRoots("/nonexistent/proc", "/nonexistent/sys", Root: "/nonexistent"));
        Assert.DoesNotContain("Failed", outcomes, StringComparison.Ordinal);
        Assert.DoesNotContain("Ok", outcomes, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void No_sampler_allocates_once_warm(string name)
    {
        using var host = new FixtureHost(name);
        AssertNoAllocation(host.Roots());
    }

    [Fact]
    public void No_sampler_allocates_on_this_machine() => AssertNoAllocation(new KernelRoots());

    private static void AssertNoAllocation(KernelRoots roots)
    {
        var builder = new SnapshotBuilder();
        foreach (var sampler in Samplers(roots))
        {
            var allocated = Allocation.Of(() =>
            {
                builder.Reset();
                sampler.Sample(builder);
            });
            Assert.True(allocated == 0, $"{sampler.Name} allocated {allocated} bytes.");
            (sampler as IDisposable)?.Dispose();
        }
    }

    private static string Outcomes(KernelRoots roots)
    {
        var builder = new SnapshotBuilder();
        return string.Join(' ', Samplers(roots).Select(sampler =>
        {
            using (sampler as IDisposable)
            {
                return sampler.Sample(builder).ToString();
            }
        }));
    }

    private static IEnumerable<ISampler> Samplers(KernelRoots roots) =>
        DeviceSamplers.Create(
            new AgentOptions { Roots = roots, SlowWait = Deadline }, new ManualTimeProvider(), NullLogger.Instance);
}
