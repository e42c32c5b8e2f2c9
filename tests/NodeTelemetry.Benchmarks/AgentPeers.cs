using System.Globalization;
using System.Text.RegularExpressions;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>The agents that are measured, each with one sample a second of what it reads by default, to this machine alone.</summary>
internal static partial class AgentPeers
{
    private const int NodeExporterPort = 19_100;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary>Gets our agent, and how it was built.</summary>
    public static (MeasuredAgent Agent, string Note) Ours()
    {
        var rid = "linux-" + System.Runtime.InteropServices.RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
        var shipped = Path.Combine(RepositoryRoot.Path, "artifacts/publish/agent/nodetelemetry-agent");
        var native = Path.Combine(RepositoryRoot.Path, $"artifacts/publish/NodeTelemetry.Agent/release_{rid}/nodetelemetry-agent");
        var built = Path.Combine(AppContext.BaseDirectory, "nodetelemetry-agent");
        var program = new[] { native, shipped, built }.First(File.Exists);
        var note = program == built
            ? "JIT-compiled, as there is no native build: dotnet publish agent -c Release -r " + rid + " -p:NativeAgent=true"
            : "native";
        return (new MeasuredAgent("NodeTelemetry", program, "", (_, port) =>
            [program, "run", "--interval", "1s", "--interface", "lo", "--target", Local(port)]), note);
    }

    /// <summary>Gets the others.</summary>
    public static IReadOnlyList<MeasuredAgent> Others { get; } =
    [
        new("gmond", "/usr/sbin/gmond", "ganglia-monitor", static (folder, port) =>
            ["/usr/sbin/gmond", "-f", "-c", Write(folder, "gmond.conf", GmondConfiguration(port))]),
        new("collectd", "/usr/sbin/collectd", "collectd-core", static (folder, port) =>
            ["/usr/sbin/collectd", "-f", "-C", Write(folder, "collectd.conf", CollectdConfiguration(folder, port)), "-P", Path.Combine(folder, "pid")]),
        new("netdata", "/usr/sbin/netdata", "netdata-core", static (folder, _) =>
            ["/usr/sbin/netdata", "-D", "-P", Path.Combine(folder, "netdata.pid"), "-c", Write(folder, "netdata.conf", NetdataConfiguration(folder))],
            IsSending: false),
        new("node_exporter", "/usr/bin/prometheus-node-exporter", "prometheus-node-exporter", static (_, _) =>
            ["/usr/bin/prometheus-node-exporter", $"--web.listen-address={Local(NodeExporterPort)}"],
            NodeExporterPort,
            IsSending: false),
    ];

    /// <summary>Installs what is missing.</summary>
    /// <returns>Why it cannot be measured; <see langword="null"/> if it can.</returns>
    public static Task<string?> InstallAsync(MeasuredAgent agent) => InstallAsync(agent.Program, agent.Package);

    /// <summary>Installs a program of a Debian package if it is missing.</summary>
    /// <returns>Why it cannot be measured; <see langword="null"/> if it can.</returns>
    public static async Task<string?> InstallAsync(string program, string package)
    {
        if (File.Exists(program))
        {
            return null;
        }

        if (!File.Exists("/usr/bin/apt-get") || Environment.UserName != "root")
        {
            return $"it is not installed, and only root on Debian can do that: apt-get install {package}";
        }

        // Installed services must not start: they would send on every interface.
        var (_, output) = await TestProcess.RunAsync(
            ["sh", "-c", $"test -e /usr/sbin/policy-rc.d || {{ printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d && made=1; }}; "
                + $"DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends {package}; test -z \"$made\" || rm /usr/sbin/policy-rc.d"],
            Deadline);
        return File.Exists(program) ? null : $"apt-get install {package} failed: {output.Trim().Split('\n')[^1]}";
    }

    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private static string Write(string folder, string name, string content)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>gmond's default configuration, with every group collected and sent each second by unicast only.</summary>
    private static string GmondConfiguration(int port)
    {
        var standard = TestProcess.RunAsync(["/usr/sbin/gmond", "-t"], Deadline).GetAwaiter().GetResult().Output;
        var text = Channel().Replace(standard, "");
        text = Period().Replace(text, "$1 = 1");
        text = text.Replace("daemonize = yes", "daemonize = no", StringComparison.Ordinal)
            .Replace("setuid = yes", "setuid = no", StringComparison.Ordinal)
            .Replace("deaf = no", "deaf = yes", StringComparison.Ordinal)
            .Replace("send_metadata_interval = 0", "send_metadata_interval = 30", StringComparison.Ordinal);
        return text + $"\nudp_send_channel {{\n host = 127.0.0.1\n port = {port}\n ttl = 1\n}}\n";
    }

    private static string CollectdConfiguration(string folder, int port) =>
        $"""
        Interval 1
        BaseDir "{folder}"
        {string.Join('\n', ((string[])["cpu", "cpufreq", "load", "memory", "swap", "df", "disk", "interface", "thermal", "uptime", "processes", "network"])
            .Select(static name => $"LoadPlugin {name}"))}
        <Plugin network>
          Server "127.0.0.1" "{port}"
        </Plugin>

        """;

    private static string NetdataConfiguration(string folder) =>
        $"""
        [global]
          run as user = root
        [directories]
          cache = {folder}
          lib = {folder}
          log = {folder}
          lock = {folder}
        [db]
          mode = ram
          update every = 1
        [web]
          mode = none
        [ml]
          enabled = no
        [health]
          enabled = no
        [plugins]
          apps = no
          cgroups = no
          tc = no
          idlejitter = no
          statsd = no
          timex = no
          go.d = no
          python.d = no
          charts.d = no
          node.d = no
          perf = no
          slabinfo = no
          ebpf = no

        """;

    [GeneratedRegex(@"(udp_send_channel|udp_recv_channel|tcp_accept_channel) \{[^}]*\}")]
    private static partial Regex Channel();

    [GeneratedRegex(@"(collect_every|time_threshold)\s*=\s*\d+")]
    private static partial Regex Period();
}
