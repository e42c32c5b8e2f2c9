using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.Outbox;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Collector.Tests.OpenSearch;

/// <summary>The real program, which is killed and started again on the same database.</summary>
internal sealed class CollectorUnderTest(TempFolder folder, string openSearch) : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private readonly HttpClient _client = new();
    private readonly int _httpPort = FreePort(SocketType.Stream, ProtocolType.Tcp);
    private TestProcess? _process;

    public int UdpPort { get; } = FreePort(SocketType.Dgram, ProtocolType.Udp);

    /// <summary>Gets the process's id; 0 while there is none.</summary>
    public int ProcessId => _process?.Id ?? 0;

    public string Output => _process?.Output ?? string.Empty;

    public void Start() => _process = TestProcess.Start(
    [
        NativeCollector.Program, "--listen-interfaces", "lo", "--listen-port", Text(UdpPort), "--http-port", Text(_httpPort),
        "--database-path", folder["telemetry.db"], "--opensearch-nodes", openSearch, "--opensearch-linger", "500ms",
        "--opensearch-batch-documents", "100", "--opensearch-retry-delay-max", "1s",
        "--opensearch-request-timeout", "10s", "--opensearch-clock-behind-max", $"{OracleNodes.ClockBehindMax.Days}d",
        "--opensearch-warm-after", $"{OracleNodes.ClockBehindMax.Days + 2}d",
    ]);

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(Deadline);
        await _process.DisposeAsync();
        _process = null;
    }

    public async Task StopAsync()
    {
        _process!.Terminate();
        await _process.WaitForExitAsync(Deadline);
        await _process.DisposeAsync();
        _process = null;
    }

    public Task UntilReadyAsync() => Eventually.TrueAsync(
        async () =>
        {
            using var answer = await _client.GetAsync(new Uri($"http://127.0.0.1:{_httpPort}/readyz"));
            return answer.IsSuccessStatusCode;
        },
        Deadline,
        () => Output);

    /// <summary>Gets a metric of the collector, 0 when it has none of this name.</summary>
    public async Task<double> MetricAsync(string name)
    {
        var text = await _client.GetStringAsync(new Uri($"http://127.0.0.1:{_httpPort}/metrics"));
        return text.Split('\n')
            .Where(line => line.StartsWith($"nodetelemetry_collector_{name}", StringComparison.Ordinal))
            .Sum(static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Reads from a copy of the files, as the crash left them, which documents were durably accepted and still wait.
    /// </summary>
    public IReadOnlyList<string> ReadOutbox()
    {
        using var copy = new TempFolder();
        foreach (var suffix in (string[])["", "-wal"])
        {
            if (File.Exists(folder["telemetry.db" + suffix]))
            {
                File.Copy(folder["telemetry.db" + suffix], copy["telemetry.db" + suffix]);
            }
        }

        if (!File.Exists(copy["telemetry.db"]) || new FileInfo(copy["telemetry.db"]).Length == 0)
        {
            return [];
        }

        SqliteLibrary.Initialize();
        var ids = new List<string>();
        using var connection = new SqliteConnection($"Data Source={copy["telemetry.db"]};Pooling=False");
        connection.Open();
        using var tables = connection.CreateCommand();
        tables.CommandText = "SELECT count(*) FROM sqlite_schema WHERE name = 'outbox'";
        if (Convert.ToInt64(tables.ExecuteScalar(), CultureInfo.InvariantCulture) == 0)
        {
            return [];
        }

        using var command = connection.CreateCommand();
        command.CommandText = "SELECT documents, encoding, body FROM outbox";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var batch = new OutboxBatch(
                default, reader.GetInt32(0), reader.GetInt64(1) == 1, reader.GetFieldValue<byte[]>(2), null);
            ids.AddRange(Oracle.Identities(batch.ReadLines()));
        }

        return ids;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _client.Dispose();
    }

    private static int FreePort(SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
