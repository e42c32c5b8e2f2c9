using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;
using System.Text.RegularExpressions;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Posts to a server; errors are sentences that say what to do.</summary>
internal sealed partial class HttpAlertClient : IDisposable
{
    /// <summary>Maximum bytes read of a response, which is only displayed.</summary>
    private const int ResponseBytesMax = 64 * 1024;

    /// <summary>Maximum characters shown of a response.</summary>
    private const int ResponseLengthMax = 200;

    private readonly HttpClient _client;
    private readonly Uri _address;

    /// <summary>Initializes a new instance of the <see cref="HttpAlertClient"/> class.</summary>
    /// <param name="settings">The address, credentials and certificate authority.</param>
    /// <param name="path">The path to append to the address.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The CA certificate is invalid.</exception>
    public HttpAlertClient(HttpChannelSettings settings, string path = "")
    {
        _address = path.Length == 0 ? settings.Address! : new Uri(settings.Address!.AbsoluteUri.TrimEnd('/') + path);
        _client = new HttpClient(CreateHandler(settings.CaFile), disposeHandler: true)
        {
            Timeout = Timeout.InfiniteTimeSpan, // The sender has its own timeout.
        };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("NodeTelemetry", null));
        _client.DefaultRequestHeaders.Authorization = settings switch
        {
            { Token: { } token } => new AuthenticationHeaderValue("Bearer", token),
            { User: { } user, Password: { } password } => new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))),
            _ => null,
        };
    }

    /// <summary>Posts a body.</summary>
    /// <returns>The status, for display.</returns>
    /// <exception cref="AlertDeliveryException">It was not delivered.</exception>
    public async Task<string> PostAsync(
        ReadOnlyMemory<byte> body,
        string type,
        IReadOnlyList<(string Name, string Value)> headers,
        CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address);
        request.Content = new ReadOnlyMemoryContent(body);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await _client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return response.IsSuccessStatusCode
                ? $"{(int)response.StatusCode} {response.ReasonPhrase}"
                : throw Reject(response, await ReadStartAsync(response.Content, cancellation));
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            // The outer message usually contains the inner one, and the address.
            var reason = error.InnerException is { } inner
                && !error.Message.Contains(inner.Message, StringComparison.Ordinal)
                ? $"{error.Message} {inner.Message}"
                : error.Message;
            throw new AlertDeliveryException(
                $"{_address.GetLeftPart(UriPartial.Authority)} cannot be reached: {reason.TrimEnd('.')}.",
                isTemporary: true,
                error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private AlertDeliveryException Reject(HttpResponseMessage response, string text)
    {
        var status = (int)response.StatusCode;
        var isTooLong = status == 413 || (status is 400 or 422 && AboutLength().IsMatch(text));
        return new AlertDeliveryException(
            $"{_address.GetLeftPart(UriPartial.Authority)} responded {status} {response.ReasonPhrase}{Shown(text)}."
            + Advice(status),
            status is 408 or 425 or 429 or >= 500)
        {
            IsRejected = status is 400 or 413 or 422,
            IsTooLong = isTooLong,
            RetryAfter = response.Headers.RetryAfter?.Delta,
        };
    }

    private static async Task<string> ReadStartAsync(HttpContent content, CancellationToken cancellation)
    {
        var buffer = new byte[ResponseBytesMax];
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static string Shown(string response)
    {
        var line = response.ReplaceLineEndings(" ").Trim();
        return line.Length == 0 ? string.Empty : $": {new TextLimit(ResponseLengthMax).Cut(line)}";
    }

    private static string Advice(int status) => status switch
    {
        401 or 403 => " Check the channel's token, user and password.",
        404 or 405 => " Check the channel's address.",
        413 => " It accepts less than the shortest message; raise the limit of the server, "
            + "or of the proxy in front of it.",
        >= 300 and < 400 => " Give the address that it points to; redirections are not followed.",
        _ => string.Empty,
    };

    private static SocketsHttpHandler CreateHandler(string? caFile)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(10),
            AllowAutoRedirect = false, // A redirected POST becomes a GET and is lost without an error.
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10), // Names may resolve to other addresses later.
        };
        if (caFile is not null)
        {
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new PrivateAuthority(caFile).Policy,
            };
        }

        return handler;
    }

    /// <summary>
    /// The words of services for a text above their limit, such as <c>Must be 2000 or fewer in length.</c>,
    /// <c>message is too long</c> or <c>msg_too_long</c>.
    /// </summary>
    [GeneratedRegex(
        @"too[ _-]?(long|large|big|many char)|\blength\b|or fewer|at most|maximum|max_?len|exceed|(size|char\w*) limit",
        RegexOptions.IgnoreCase)]
    private static partial Regex AboutLength();
}
