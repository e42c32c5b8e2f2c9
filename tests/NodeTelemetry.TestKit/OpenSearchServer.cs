using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace NodeTelemetry.TestKit;

/// <summary>
/// A real OpenSearch, started from a folder that holds one; nothing of it is part of this repository.
/// </summary>
/// <remarks>
/// The folder is the value of <c>NODETELEMETRY_OPENSEARCH</c>, else <c>shared/opensearch</c> beside the repository.
/// Tests that use it are skipped where neither is there, or no Java.
/// </remarks>
public sealed class OpenSearchServer : IAsyncDisposable
{
    /// <summary>The variable that names the folder.</summary>
    public const string FolderVariable = "NODETELEMETRY_OPENSEARCH";

    // For a small index. With less than about 1 GiB a million documents are put off by the memory breaker.
    private const string SmallHeap = "384m";
    private const string LargeHeap = "2g";

    // On two busy cores it takes 10 to 20 s.
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly HttpClient _client;
    private readonly string[] _options;
    private readonly bool _isSecure;
    private TestProcess? _process;
    private int _port;

    private OpenSearchServer(string[] options)
    {
        _options = options;
        _isSecure = options.Contains("--secure");
        _client = new HttpClient(new SocketsHttpHandler
        {
#pragma warning disable CA5359 // The exporter is what is tested; the test may talk to its own server without looking.
            SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
#pragma warning restore CA5359
        });
        if (_isSecure)
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String("admin:admin"u8));
        }
    }

    /// <summary>Gets the address.</summary>
    public Uri Address => new(string.Create(
        CultureInfo.InvariantCulture, $"{(_isSecure ? "https" : "http")}://127.0.0.1:{_port}"));

    /// <summary>Gets the id of its process.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>Gets the folder with its certificates, when it was started with the security plugin.</summary>
    public string Certificates => _folder["config/certs"];

    /// <summary>Finds the folder.</summary>
    /// <param name="reason">Why there is none that can be used.</param>
    public static string? Find(out string reason)
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable)
            ?? Path.Combine(Path.GetDirectoryName(RepositoryRoot.Path) ?? RepositoryRoot.Path, "shared", "opensearch");
        if (!File.Exists(Path.Combine(folder, "start")))
        {
            reason = $"No OpenSearch: {FolderVariable} is not set and {folder} does not hold one.";
            return null;
        }

        var hasJava = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
            .Any(static path => File.Exists(Path.Combine(path, "java")));
        reason = hasJava ? string.Empty : "No OpenSearch: there is no java in the PATH.";
        return hasJava ? folder : null;
    }

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="settings">Lines for its configuration, <c>key=value</c>.</param>
    public static Task<OpenSearchServer> StartAsync(params string[] settings) =>
        StartWithAsync([.. settings.SelectMany(static line => (string[])["--set", line])]);

    /// <summary>Starts a server that has room for millions of documents, as one in service would.</summary>
    public static Task<OpenSearchServer> StartLargeAsync() => StartWithAsync(["--heap", LargeHeap]);

    /// <summary>Starts a server with TLS and authentication: user <c>admin</c>, password <c>admin</c>.</summary>
    public static Task<OpenSearchServer> StartSecureAsync() => StartWithAsync(["--secure"]);

    /// <summary>Starts a cluster of several nodes.</summary>
    public static async Task<IReadOnlyList<OpenSearchServer>> StartClusterAsync(int count)
    {
        var ports = Enumerable.Range(0, count).Select(static _ => FreePort()).ToArray();
        var cluster = string.Join(',', ports.Select(static (port, index) => $"node{index}={port}"));
        return await Task.WhenAll(ports.Select((port, index) => StartWithAsync(
            ["--name", $"node{index}", "--transport-port", $"{port}", "--cluster", cluster])));
    }

    /// <summary>Starts the server again on the same port, with the same data.</summary>
    public async Task StartAgainAsync()
    {
        var folder = Find(out var reason) ?? throw new InvalidOperationException(reason);
        Directory.CreateDirectory(_folder["logs"]);
        File.Delete(_folder["logs/http.ports"]);
        string[] command =
        [
            Path.Combine(folder, "start"), "--dir", _folder.Path, "--heap", SmallHeap,
            "--port", _port.ToString(CultureInfo.InvariantCulture),
            .. _options,
        ];
        _process = TestProcess.Start(command);
        await Eventually.TrueAsync(IsReadyAsync, StartDeadline, () => _process.Output);
    }

    /// <summary>Stops the server in order.</summary>
    public async Task StopAsync()
    {
        _process!.Terminate();
        await _process.WaitForExitAsync(StopDeadline);
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Kills the server at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(StopDeadline);
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Sends a request and reads the answer as JSON.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query, without a slash at the beginning.</param>
    /// <param name="body">A JSON body; <see langword="null"/> for none.</param>
    public async Task<JsonElement> AskAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path));
        if (body is not null)
        {
            request.Content = new StringContent(
                body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        }

        using var response = await _client.SendAsync(request);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Terminate();
            await _process.WaitForExitAsync(StopDeadline);
            await _process.DisposeAsync();
        }

        _client.Dispose();
        _folder.Dispose();
    }

    private static async Task<OpenSearchServer> StartWithAsync(string[] options)
    {
        var server = new OpenSearchServer(options);
        await server.StartAgainAsync();
        return server;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException($"OpenSearch ended:\n{_process.Output}");
        }

        var ports = _folder["logs/http.ports"];
        if (!File.Exists(ports))
        {
            return false;
        }

        var line = (await File.ReadAllLinesAsync(ports)).FirstOrDefault(
            static line => line.StartsWith("127.", StringComparison.Ordinal));
        if (line is null)
        {
            return false;
        }

        _port = int.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
        try
        {
            using var response = await _client.GetAsync(
                new Uri(Address, "_cluster/health?wait_for_status=yellow&timeout=5s"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
