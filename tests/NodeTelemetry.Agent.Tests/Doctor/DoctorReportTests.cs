using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Commands;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Doctor;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Run;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Agent.Transport;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Doctor;

/// <summary>The whole page of every fixture host, and each complaint by breaking a healthy one.</summary>
public sealed partial class DoctorReportTests : IDisposable
{
    private const int HeaderBus = 1;

    private readonly FixtureHost _host = new("rpi4-bookworm");
    private readonly ManualTimeProvider _time = new();
    private readonly AgentOptions _options = new();

    public static TheoryData<string> Hosts => [.. FixtureHost.Names];

    public static TheoryData<string> HostsWithHat => [.. FixtureHost.HatNames];

    public void Dispose() => _host.Dispose();

    [Theory]
    [MemberData(nameof(Hosts))]
    public void The_page_of_a_host_is_the_golden_one(string name)
    {
        using var host = new FixtureHost(name);
        var page = Examine(host, out var worst, new DeviceFixtures(host).AddTo) + $"\nexit code {(int)worst}\n";
        Assert.Null(Golden.Compare($"doctor/{name}.txt", WithoutAbsent(page)));
    }

    [Theory]
    [MemberData(nameof(HostsWithHat))]
    public void The_page_of_a_host_with_a_hat_is_the_golden_one(string name)
    {
        using var host = FixtureHost.WithHat(name);

        // The search finds them; the samplers would only find files that are no devices.
        _options.I2cBuses = [];
        _options.StreamSensors.Microphone = null;
        var page = Examine(host, out var worst, new DeviceFixtures(host, HeaderBus).AddTo) + $"\nexit code {(int)worst}\n";
        Assert.Null(Golden.Compare($"doctor/hats/{name}.txt", WithoutAbsent(page)));
    }

    [Fact]
    public void The_document_on_sensors_shows_the_page_of_an_enviro_plus()
    {
        var page = File.ReadAllText(RepositoryRoot.Fixture("golden", "doctor", "hats", "enviroplus-pi4.txt"));
        var start = page.IndexOf("\nhat\n", StringComparison.Ordinal) + 1;
        var block = page[start..page.LastIndexOf("\n\n", StringComparison.Ordinal)];
        Assert.Null(DocumentBlock.Compare("agent/SENSORS.md", "doctor", $"```\n{block}\n```\n"));
    }

    [Fact]
    public void A_machine_without_any_kernel_files_is_examined_without_a_crash()
    {
        using var host = new FixtureHost("rpi4-bookworm");
        foreach (var folder in Directory.GetDirectories(host.Root))
        {
            Directory.Delete(folder, recursive: true);
        }

        Assert.Contains("depends on the host name alone", Examine(host, out var worst), StringComparison.Ordinal);
        Assert.Equal(FindingSeverity.Error, worst);
    }

    [Theory]
    [InlineData("0400 0", true)]
    [InlineData("0440 994", false)]
    [InlineData("0444 0", false)]
    public void Energy_counters_that_only_root_may_read_are_explained(string owner, bool isExplained)
    {
        _host.Write("sys/class/powercap/intel-rapl:0/name", "package-0\n"u8);
        _host.Write("sys/class/powercap/intel-rapl:0/energy_uj", "5\n"u8);
        _host.Write(
            "owners", Encoding.UTF8.GetBytes($"sys/class/powercap/intel-rapl:0/energy_uj {owner}\n"));
        Assert.Equal(
            isExplained,
            Examine(_host, out _, new DeviceFixtures(_host).AddTo)
                .Contains("echo 'z /sys/class/powercap/intel-rapl:*/energy_uj 0440", StringComparison.Ordinal));
    }

    [Fact]
    public void Interfaces_without_multicast_are_reported_with_the_fix()
    {
        _host.Write("sys/class/net/eth0/flags", "0x3\n"u8);
        AssertFinding("warning  Multicast is disabled on eth0.", "sudo ip link set dev eth0 multicast on");

        _host.Write("sys/class/net/eth0/flags", "0x1002\n"u8);
        _options.Interfaces = ["eth0", "eth7"];
        AssertFinding("ERROR    --interface names eth0, which is down.", "sudo ip link set dev eth0 up");
        AssertFinding("ERROR    --interface names eth7, which does not exist.");
    }

    [Fact]
    public void Missing_routes_are_reported()
    {
        _host.Write("proc/net/route", "Iface\tDestination\tGateway\tFlags\n"u8);
        _options.Targets = [new TargetName("collector.lan", 6077)];
        AssertFinding("ERROR    --target is set, but there is no IPv4 route.", "ip address; ip route");

        _host.Write("proc/net/if_inet6", "fe800000000000000000000000000001 02 40 20 80     eth0\n"u8);
        _host.Write("proc/net/ipv6_route", ""u8);
        AssertFinding(
            "warning  Missing route for IPv6 multicast on eth0.",
            "sudo ip -6 route add multicast ff00::/8 dev eth0 table local");
    }

    [Fact]
    public void A_bridge_that_snoops_without_a_querier_is_reported()
    {
        _host.Write("sys/class/net/br0/flags", "0x1003\n"u8);
        _host.Write("sys/class/net/br0/bridge/multicast_snooping", "1\n"u8);
        _host.Write("sys/class/net/br0/bridge/multicast_querier", "0\n"u8);
        AssertFinding(
            "warning  The bridge br0 snoops IGMP", "echo 1 | sudo tee /sys/class/net/br0/bridge/multicast_querier");
    }

    [Fact]
    public void Active_firewalls_are_reported_with_the_rule()
    {
        _host.Write("etc/ufw/ufw.conf", "# x\nENABLED=yes\n"u8);
        _host.Write("etc/default/ufw", "DEFAULT_INPUT_POLICY=\"DROP\"\nDEFAULT_OUTPUT_POLICY=\"REJECT\"\n"u8);
        _options.Port = 7000;
        AssertFinding("ERROR    ufw blocks outgoing datagrams by default.", "sudo ufw allow out proto udp to any port 7000");
        AssertFinding("warning  ufw blocks probes of collectors", "sudo ufw allow proto udp from any port 7000");

        _host.Write("run/firewalld.pid", "1"u8);
        AssertFinding("warning  firewalld is active", "sudo firewall-cmd --permanent --add-source-port=7000/udp");
    }

    [Fact]
    public void A_clock_in_the_seventies_is_reported()
    {
        _time.StepWallClock(-TimeSpan.FromDays(365 * 50));
        AssertFinding("warning  The clock is wrong (19");
    }

    [Fact]
    public void A_disabled_memory_cgroup_is_fixed_in_the_kernel_command_line()
    {
        _host.Remove("sys/fs/cgroup");
        _host.Write("proc/cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t0\t90\t0\n"u8);
        _host.Write("boot/firmware/config.txt", "dtparam=audio=on\n"u8);
        AssertFinding(
            "warning  The memory cgroup is disabled",
            "sudo sed -i '1 s/$/ cgroup_enable=memory cgroup_memory=1/' /boot/firmware/cmdline.txt && sudo reboot");
    }

    [Theory]
    [InlineData("dtparam=i2c_arm=on,spi=on", "warning  I2C is enabled in /boot/firmware/config.txt, but /dev has no i2c")]
    [InlineData("dtparam=i2c_arm=on\ndtparam=i2c_arm=off", "the sensors of the HAT (Enviro+")]
    [InlineData("#dtparam=i2c_arm=on", "warning  Missing dtparam=i2c_arm=on in /boot/firmware/config.txt")]
    public void A_HAT_whose_bus_is_disabled_is_reported(string config, string finding)
    {
        _host.Write("proc/device-tree/hat/product", "Enviro+\0"u8);
        _host.Write("boot/firmware/config.txt", System.Text.Encoding.UTF8.GetBytes(config + "\n"));
        AssertFinding(finding);
    }

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public void Inaccessible_devices_are_reported_with_their_group()
    {
        _host.Write("dev/i2c-1", ""u8);
        _host.Write("dev/vcio", ""u8);
        _host.Write("etc/group", "root:x:0:\ni2c:x:994:\n"u8);
        _host.Write("proc/self/status", "Uid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nGroups:\t27 1000 \n"u8);
        File.SetUnixFileMode(Path.Combine(_host.Root, "dev/i2c-1"), (UnixFileMode)0x1B0);
        File.SetUnixFileMode(Path.Combine(_host.Root, "dev/vcio"), (UnixFileMode)0x1B6);
        var group = FileStatus.TryRead(Path.Combine(_host.Root, "dev/i2c-1"), out var status) ? status.GroupId : 0;
        AssertFinding(
            "warning  No permission for the service to open /dev/i2c-1 (sensors on I2C): its group is ",
            "GROUP=\"i2c\", MODE=\"0660\"'");
        AssertFinding("ok       Accessible: /dev/vcio.");

        _host.Write("etc/group", System.Text.Encoding.UTF8.GetBytes($"i2c:x:{group}:\n"));
        AssertFinding("warning  No permission for you to open /dev/i2c-1 (sensors on I2C)", "sudo usermod -aG i2c");

        _host.Write("proc/self/status", System.Text.Encoding.UTF8.GetBytes($"Uid:\t1000\t1000\nGroups:\t27 {group}\n"));
        AssertFinding("ok       Accessible: /dev/i2c-1, /dev/vcio.");
    }

    [Fact]
    public void In_a_container_the_page_says_what_it_must_be_given()
    {
        _host.MountInContainer();
        AssertFinding(
            "ERROR    The container has a network of its own, so multicast does not leave the node",
            "docker run --network host …");
        _host.Write("proc/1/mountinfo", "30 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"u8);
        AssertFinding(
            "warning  File systems that are mounted on the node after the start", $"-v /:{_host.Roots().Root}:ro,rslave");

        _host.Write(
            "proc/self/mountinfo", Encoding.UTF8.GetBytes($"31 30 8:1 / {_host.Roots().Root} ro master:1 - ext4 /dev/sda1 rw\n"));
        Assert.DoesNotContain("File systems that are mounted", Examine(_host, out _), StringComparison.Ordinal);

        _host.Write("run/dbus/system_bus_socket", "no bus"u8);
        AssertFinding("warning  The node's systemd does not reply, so failed units", "--user 65534");

        Directory.Delete(Path.Combine(_host.Proc, "1"), recursive: true);
        AssertFinding("is hidden (mount option hidepid), so interfaces and addresses", "--network host");

        _host.Remove("sys");
        AssertFinding("is empty: the mount does not include the mounts below it", ":ro,rslave");

        _host.Remove("proc");
        AssertFinding("has no proc directory, so the node's root directory is not mounted there", ":ro,rslave");
    }

    [Fact]
    public void In_a_container_the_page_says_which_devices_it_must_be_given()
    {
        _host.MountInContainer();
        _host.Write("dev/i2c-1", []);
        _host.Write("dev/vcio", []);
        _host.Write("proc/self/status", "Uid:\t65532\t65532\nGid:\t65532\t65532\nGroups:\t\n"u8);
        Func<DoctorContext, DoctorContext> give = static context => context with
        {
            ReadStatus = path => Path.Exists(path) ? new FileStatus(0, 0, 1, 0, 994, 0x1B0) : null,
            CanOpen = static _ => true,
        };
        Assert.Contains(
            "fix: docker run --device /dev/i2c-1 --group-add 994 --device /dev/vcio …", Examine(_host, out _, give));

        // The permissions would do, but the kernel refuses devices that the container was not given.
        _host.Write("proc/self/status", "Uid:\t65532\t65532\nGid:\t65532\t65532\nGroups:\t994\n"u8);
        Assert.Contains("ok       Accessible: /dev/i2c-1, /dev/vcio.", Examine(_host, out _, give));
        Assert.Contains(
            "fix: docker run --device /dev/i2c-1 --device /dev/vcio …",
            Examine(_host, out _, context => give(context) with { CanOpen = static _ => false }));
    }

    private void AssertFinding(string text, string? fix = null)
    {
        var page = Examine(_host, out _);
        Assert.Contains(text, page, StringComparison.Ordinal);
        if (fix is not null)
        {
            var after = page[page.IndexOf(text, StringComparison.Ordinal)..].Split('\n');
            Assert.StartsWith("           fix: ", after[1], StringComparison.Ordinal);
            Assert.Contains(fix, after[1], StringComparison.Ordinal);
        }
    }

    private string Examine(
        FixtureHost host, out FindingSeverity worst, Func<DoctorContext, DoctorContext>? complete = null)
    {
        _options.Roots = host.Roots();
        _options.Hostname = "pi";
        var identity = NodeIdentity.Read(_options.Roots, "pi");
        using var loop = AgentSetup.CreateLoop(
            _options,
            Snapshots.Source(TimeSpan.FromSeconds(2)),
            "arch",
            static (_, _) => { },
            new DatagramRing(0),
            _time,
            new AgentMetrics(),
            NullLogger.Instance,
            0,
            new SimulatedKernel(host.Root));
        _ = loop.TakeSample(isWithAbout: false);
        host.Advance();
        _time.Advance(_options.Interval);
        var sample = loop.TakeSample(isWithAbout: true);
        var context = DoctorCommand.CreateContext(_options, identity, sample, loop, _time);
        var page = DoctorReport.Write(complete?.Invoke(context) ?? context, out worst);
        return Version().Replace(page, "agent VERSION");
    }

    [GeneratedRegex(@"agent \d+\.\d+\.\d+\S*")]
    private static partial Regex Version();

    /// <summary>Leaves out the names of absent sources: a new sampler changes no host that lacks its source.</summary>
    private static string WithoutAbsent(string page) => AbsentSamplers().Replace(page, "$1 …");

    [GeneratedRegex("(Not on this node, or asleep:) .*")]
    private static partial Regex AbsentSamplers();
}
