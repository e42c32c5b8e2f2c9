using System.Globalization;
using System.Net.Http.Json;
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

    // On two busy cores it takes 10 to 20 s.
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly HttpClient _client = new();
    private readonly string[] _settings;
    private TestProcess? _process;
    private int _port;

    private OpenSearchServer(string[] settings) => _settings = settings;

    /// <summary>Gets the address.</summary>
    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"));

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
    public static async Task<OpenSearchServer> StartAsync(params string[] settings)
    {
        var server = new OpenSearchServer(settings);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts the server again on the same port, with the same data.</summary>
    public async Task StartAgainAsync()
    {
        var folder = Find(out var reason) ?? throw new InvalidOperationException(reason);
        Directory.CreateDirectory(_folder["logs"]);
        File.Delete(_folder["logs/http.ports"]);
        string[] command =
        [
            Path.Combine(folder, "start"), "--dir", _folder.Path, "--heap", "384m",
            "--port", _port.ToString(CultureInfo.InvariantCulture),
            .. _settings.SelectMany(static line => (string[])["--set", line]),
        ];
        _process = TestProcess.Start(command);
        await Eventually.TrueAsync(IsReadyAsync, StartDeadline, () => _process.Output);
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
        using var response = await _client.GetAsync(
            new Uri(Address, "_cluster/health?wait_for_status=yellow&timeout=5s"));
        return response.IsSuccessStatusCode;
    }
}
