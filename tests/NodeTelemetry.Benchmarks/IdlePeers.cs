using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>What others run to collect from as many nodes: Ganglia's gmetad, and Prometheus with node_exporter.</summary>
/// <remarks>
/// gmetad polls a server that answers as gmond does, with the state of this machine once for each node.
/// Prometheus scrapes one node_exporter under an address of loopback for each node.
/// </remarks>
internal sealed partial class IdlePeers : IAsyncDisposable
{
    private const string Gmetad = "/usr/sbin/gmetad";
    private const string Gmond = "/usr/sbin/gmond";
    private const string Prometheus = "/usr/bin/prometheus";
    private const string Exporter = "/usr/bin/prometheus-node-exporter";

    private static readonly (string Program, string Package)[] Programs =
        [(Gmetad, "gmetad"), (Gmond, "ganglia-monitor"), (Prometheus, "prometheus"), (Exporter, "prometheus-node-exporter")];

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    // So long does gmond need until it has reported everything once.
    private static readonly TimeSpan GmondTime = TimeSpan.FromSeconds(15);

    private static string? _gmondState;

    private readonly List<(string Name, TestProcess Process)> _measured = [];
    private readonly List<TestProcess> _others = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _serving = Task.CompletedTask;

    private IdlePeers()
    {
    }

    /// <summary>Gets the names and process ids of those that run.</summary>
    public IEnumerable<(string Name, int Process)> Processes => _measured.Select(static one => (one.Name, one.Process.Id));

    /// <summary>Installs what is missing.</summary>
    /// <returns>Why something cannot be measured.</returns>
    public static async Task<IReadOnlyList<string>> InstallAsync()
    {
        var problems = new List<string>();
        foreach (var (program, package) in Programs)
        {
            if (await AgentPeers.InstallAsync(program, package) is { } problem)
            {
                problems.Add($"{program} is not measured: {problem}");
            }
        }

        return problems;
    }

    /// <summary>Starts those that are installed.</summary>
    public static async Task<IdlePeers> StartAsync(TempFolder folder, int nodes, TimeSpan interval)
    {
        var peers = new IdlePeers();
        var seconds = interval.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        if (File.Exists(Gmetad) && File.Exists(Gmond))
        {
            await peers.StartGmetadAsync(folder, nodes, seconds);
        }

        if (File.Exists(Prometheus) && File.Exists(Exporter))
        {
            peers.StartPrometheus(folder, nodes, seconds);
        }

        return peers;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var process in _measured.Select(static one => one.Process).Concat(_others))
        {
            process.Terminate();
            await process.WaitForExitAsync(Deadline);
            await process.DisposeAsync();
        }

        await _serving;
        _stop.Dispose();
    }

    private async Task StartGmetadAsync(TempFolder folder, int nodes, string seconds)
    {
        var state = Repeat(_gmondState ??= await CaptureAsync(folder), nodes);
        var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        _serving = ServeAsync(server, state, _stop.Token);
        Directory.CreateDirectory(folder["rrds"]);
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        File.WriteAllText(
            folder["gmetad.conf"],
            string.Create(CultureInfo.InvariantCulture, $"""
                data_source "nodes" {seconds} 127.0.0.1:{port}
                rrd_rootdir "{folder["rrds"]}"
                setuid off
                xml_port {FreePort()}
                interactive_port {FreePort()}

                """));
        _measured.Add(("gmetad", TestProcess.Start([Gmetad, "-d", "1", "-c", folder["gmetad.conf"]])));
    }

    private void StartPrometheus(TempFolder folder, int nodes, string seconds)
    {
        var (exporter, port) = (FreePort(), FreePort());
        _others.Add(TestProcess.Start([Exporter, string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=:{exporter}")]));
        var targets = Enumerable.Range(0, nodes)
            .Select(node => string.Create(CultureInfo.InvariantCulture, $"'127.0.{node / 250}.{1 + (node % 250)}:{exporter}'"));
        File.WriteAllText(
            folder["prometheus.yml"],
            $"""
            global:
              scrape_interval: {seconds}s
            scrape_configs:
              - job_name: nodes
                static_configs:
                  - targets: [{string.Join(", ", targets)}]

            """);
        _measured.Add(("Prometheus", TestProcess.Start(
        [
            Prometheus, "--config.file=" + folder["prometheus.yml"], "--storage.tsdb.path=" + folder["prometheus"],
            string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"),
        ])));
    }

    /// <summary>Gets what a real gmond reports about this machine.</summary>
    private static async Task<string> CaptureAsync(TempFolder folder)
    {
        var (udp, tcp) = (FreePort(), FreePort());
        var (_, standard) = await TestProcess.RunAsync([Gmond, "-t"], Deadline);
        var text = Channel().Replace(standard, string.Empty)
            .Replace("daemonize = yes", "daemonize = no", StringComparison.Ordinal)
            .Replace("setuid = yes", "setuid = no", StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            folder["gmond.conf"],
            string.Create(CultureInfo.InvariantCulture, $$"""
                {{text}}
                udp_send_channel { host = 127.0.0.1 port = {{udp}} ttl = 1 }
                udp_recv_channel { bind = 127.0.0.1 port = {{udp}} }
                tcp_accept_channel { bind = 127.0.0.1 port = {{tcp}} }

                """));
        await using var gmond = TestProcess.Start([Gmond, "-f", "-c", folder["gmond.conf"]]);
        await Task.Delay(GmondTime);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, tcp);
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        var state = await reader.ReadToEndAsync();
        gmond.Terminate();
        await gmond.WaitForExitAsync(Deadline);
        return state;
    }

    private static byte[] Repeat(string state, int nodes)
    {
        var host = HostElement().Match(state);
        if (!host.Success)
        {
            throw new InvalidOperationException($"gmond reported no host: {state}");
        }

        var repeated = new StringBuilder(state[..host.Index]);
        for (var node = 0; node < nodes; node++)
        {
            repeated.Append(HostName().Replace(
                host.Value, string.Create(CultureInfo.InvariantCulture, $"<HOST NAME=\"node-{node}\" IP=\"10.0.{node / 250}.{1 + (node % 250)}\""), 1));
        }

        return Encoding.Latin1.GetBytes(repeated.Append(state[(host.Index + host.Length)..]).ToString());
    }

    private static async Task ServeAsync(TcpListener server, byte[] state, CancellationToken token)
    {
        try
        {
            while (true)
            {
                using var client = await server.AcceptTcpClientAsync(token);
                await client.GetStream().WriteAsync(state, token);
            }
        }
        catch (OperationCanceledException)
        {
            server.Stop();
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    [GeneratedRegex(@"(udp_send_channel|udp_recv_channel|tcp_accept_channel) \{[^}]*\}")]
    private static partial Regex Channel();

    [GeneratedRegex("<HOST .*?</HOST>", RegexOptions.Singleline)]
    private static partial Regex HostElement();

    [GeneratedRegex("<HOST NAME=\"[^\"]*\" IP=\"[^\"]*\"")]
    private static partial Regex HostName();
}
