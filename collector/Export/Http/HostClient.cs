using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NodeTelemetry.Collector.Export.Settings;

namespace NodeTelemetry.Collector.Export.Http;

/// <summary>
/// Connections that use one version of the files with password, token and certificates.
/// When a file changes, a new client replaces this one.
/// </summary>
internal sealed class HostClient : IDisposable
{
    // A bulk response has some 200 bytes per document if all fail; 10 000 documents fit many times.
    private const int ResponseBytesMax = 64 * 1024 * 1024;

    private readonly HttpClient _http;
    private readonly AuthenticationHeaderValue? _authorization;

    /// <summary>Initializes a new instance of the <see cref="HostClient"/> class. Nothing is connected yet.</summary>
    /// <exception cref="UnusableFileException">A file cannot be read or parsed.</exception>
    public HostClient(ExportSettings settings)
    {
        _authorization = ReadAuthorization(settings);
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = settings.ConnectTimeout,
            AllowAutoRedirect = false, // A redirected POST would become a GET; a wrong address has to be corrected.
            UseCookies = false,
            UseProxy = false, // OpenSearch is on the cluster's network; a proxy is for the Internet.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10), // Host names may change their address.
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = ReadAuthorities(settings.CaFile),
                ClientCertificateContext =
                    ReadClientCertificate(settings.ClientCertificateFile, settings.ClientKeyFile),
            },
        };
        _http = new HttpClient(handler, disposeHandler: true)
        {
            Timeout = Timeout.InfiniteTimeSpan, // Polly's timeout uses the TimeProvider.
            MaxResponseContentBufferSize = ResponseBytesMax,
        };
    }

    /// <summary>Lists the files that are read.</summary>
    public static IEnumerable<string> Files(ExportSettings settings) =>
        new[]
        {
            settings.PasswordFile, settings.TokenFile, settings.CaFile, settings.ClientCertificateFile,
            settings.ClientKeyFile,
        }.OfType<string>();

    /// <summary>Sends one request to one host.</summary>
    /// <exception cref="HttpRequestException">The host could not be reached, or the connection broke.</exception>
    public async Task<HostResponse> SendAsync(
        Uri host, HttpMethod method, string path, byte[]? body, string type, bool isCompressed, CancellationToken token)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{host.AbsoluteUri.TrimEnd('/')}/{path}"));
        request.Headers.Authorization = _authorization;

        // OpenSearch Dashboards requires it against forged requests; OpenSearch ignores it.
        request.Headers.Add("osd-xsrf", "true");
        if (body is not null)
        {
            // The length is known, so the body is never sent in chunks, which OpenSearch advises against.
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            if (isCompressed)
            {
                request.Content.Headers.ContentEncoding.Add("gzip");
            }
        }

        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, token);
            var content = await response.Content.ReadAsByteArrayAsync(token);
            return new HostResponse(host, (int)response.StatusCode, content, response.Headers.RetryAfter?.Delta);
        }
        catch (Exception exception) when (
            exception is OperationCanceledException or ObjectDisposedException && !token.IsCancellationRequested)
        {
            // Not cancelled by the caller: the connect timeout, or this client was replaced meanwhile.
            throw new HttpRequestException(HttpRequestError.ConnectionError, exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static AuthenticationHeaderValue? ReadAuthorization(ExportSettings settings) => settings switch
    {
        { TokenFile: { } file } => new AuthenticationHeaderValue(settings.TokenScheme, ReadSecret(file)),
        { User: { } user, PasswordFile: { } file } => new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{ReadSecret(file)}"))),
        _ => null,
    };

    private static string ReadSecret(string file)
    {
        var secret = Read(file, static path => File.ReadAllText(path)).TrimEnd('\r', '\n');
        return secret.AsSpan().ContainsAny('\r', '\n')
            ? throw new UnusableFileException(
                $"The file {file} must contain a secret of one line and nothing else.", new InvalidDataException())
            : secret;
    }

    private static X509ChainPolicy? ReadAuthorities(string? file)
    {
        if (file is null)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        Read(file, authorities.ImportFromPemFile);
        if (authorities.Count == 0)
        {
            throw new UnusableFileException(
                $"The file {file} contains no PEM certificate.", new InvalidDataException());
        }

        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // A private authority has no revocation list.
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static SslStreamCertificateContext? ReadClientCertificate(string? file, string? keyFile)
    {
        if (file is null || keyFile is null)
        {
            return null;
        }

        var certificate = Read(file, path => X509Certificate2.CreateFromPemFile(path, keyFile));
        var chain = new X509Certificate2Collection();
        Read(file, chain.ImportFromPemFile);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private static void Read(string file, Action<string> read) => Read(file, path =>
    {
        read(path);
        return true;
    });

    private static TResult Read<TResult>(string file, Func<string, TResult> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new UnusableFileException($"The file {file} cannot be used: {exception.Message}", exception);
        }
    }
}
