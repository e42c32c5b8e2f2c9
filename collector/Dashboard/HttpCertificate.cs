using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>The certificate of HTTPS, reloaded when its files change: renewals come every few weeks.</summary>
internal sealed partial class HttpCertificate
{
    /// <summary>How often the files are checked.</summary>
    public static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(10);

    private readonly string _path;
    private readonly string? _keyPath;
    private volatile SslStreamCertificateContext _context;
    private (DateTime, long, DateTime, long) _seen;

    private HttpCertificate(string path, string? keyPath)
    {
        (_path, _keyPath) = (path, keyPath);
        _seen = GetFileTimes();
        _context = Read();
    }

    /// <summary>Gets the options of a new connection.</summary>
    public SslServerAuthenticationOptions Options => new() { ServerCertificateContext = _context };

    /// <summary>Reads the files.</summary>
    /// <param name="path">A PEM file: the server's certificate, then the intermediate certificates.</param>
    /// <param name="keyPath">A PEM file with the private key; <see langword="null"/> if it is in the same file.</param>
    /// <param name="problem">What is wrong with the files.</param>
    /// <returns><see langword="null"/> if they cannot be used.</returns>
    public static HttpCertificate? TryLoad(string path, string? keyPath, out string? problem)
    {
        try
        {
            problem = null;
            return new HttpCertificate(path, keyPath);
        }
        catch (Exception error) when (IsFault(error))
        {
            problem = error.Message;
            return null;
        }
    }

    /// <summary>Reloads the files if they have changed.
    /// If they are invalid, the current certificate stays in use.</summary>
    public void ReloadIfChanged(ILogger logger)
    {
        var now = GetFileTimes();
        if (now == _seen)
        {
            return;
        }

        _seen = now;
        try
        {
            _context = Read();
            Log.Reloaded(logger, _path, _context.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (Exception error) when (IsFault(error))
        {
            Log.NotReloaded(logger, _path, error.Message);
        }
    }

    private static bool IsFault(Exception error) =>
        error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    private SslStreamCertificateContext Read()
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_path);
        return SslStreamCertificateContext.Create(
            X509Certificate2.CreateFromPemFile(_path, _keyPath), [.. chain.Skip(1)], offline: true);
    }

    private (DateTime, long, DateTime, long) GetFileTimes()
    {
        var (file, key) = (new FileInfo(_path), new FileInfo(_keyPath ?? _path));
        return (
            file.LastWriteTimeUtc, file.Exists ? file.Length : -1, key.LastWriteTimeUtc, key.Exists ? key.Length : -1);
    }
}
