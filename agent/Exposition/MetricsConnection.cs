using System.Net.Sockets;
using System.Text;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Exposition;

/// <summary>One scraper's connection, for one request and one response. Never blocks.</summary>
/// <param name="socket">The connection, in non-blocking mode.</param>
/// <param name="createPage">Creates the page; the argument selects OpenMetrics.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">The counters.</param>
internal sealed class MetricsConnection(
    Socket socket, Func<bool, ReadOnlyMemory<byte>> createPage, TimeProvider time, AgentMetrics metrics) : IDisposable
{
    /// <summary>Requests of Prometheus have about 300 bytes, through a proxy perhaps a thousand.</summary>
    public const int RequestBytesMax = 4096;

    /// <summary>The default scrape timeout of Prometheus.</summary>
    public static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(10);

    /// <summary>Reads per round after the response: a client that keeps sending must not delay a sample.</summary>
    private const int DrainReadsMax = 8;

    private readonly long _start = time.GetTimestamp();
    private readonly byte[] _request = new byte[RequestBytesMax];
    private int _requestLength;
    private ReadOnlyMemory<byte> _answer;
    private bool _isAnswering;
    private bool _isDraining;

    /// <summary>Gets the socket event to wait for.</summary>
    public PollDescriptor Descriptor => new(
        (int)socket.SafeHandle.DangerousGetHandle(), _isAnswering && !_isDraining ? LibC.Writable : LibC.Readable);

    /// <summary>Gets the remaining time.</summary>
    public TimeSpan TimeLeft => TimeMax - time.GetElapsedTime(_start);

    /// <summary>Advances as far as possible without blocking.</summary>
    /// <returns>Whether it has ended.</returns>
    public bool Continue()
    {
        if (!_isAnswering && !TryReceive())
        {
            return true;
        }

        while (_isAnswering && !_answer.IsEmpty)
        {
            var sent = socket.Send(_answer.Span, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                return false;
            }

            if (error != SocketError.Success)
            {
                metrics.AddScrapeRefused();
                return true;
            }

            _answer = _answer[sent..];
        }

        return _isAnswering && Drain();
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    /// <summary>Waits for the client to close: closing with unread bytes would discard the response.</summary>
    private bool Drain()
    {
        if (!_isDraining)
        {
            _isDraining = true;
            try
            {
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // The client has closed already, after the response.
                return true;
            }
        }

        for (var reads = 0; reads < DrainReadsMax; reads++)
        {
            if (socket.Receive(_request, SocketFlags.None, out var error) == 0)
            {
                return error != SocketError.WouldBlock;
            }
        }

        return false;
    }

    /// <summary>Receives the available bytes.</summary>
    /// <returns>Whether the connection continues.</returns>
    private bool TryReceive()
    {
        var length = socket.Receive(_request.AsSpan(_requestLength), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return true;
        }

        if (error != SocketError.Success || length == 0)
        {
            if (_requestLength > 0)
            {
                metrics.AddScrapeRefused();
            }

            return false;
        }

        _requestLength += length;
        var head = _request.AsSpan(0, _requestLength);
        if (HttpRequest.IsComplete(head))
        {
            Answer(HttpRequest.Parse(head));
        }
        else if (_requestLength == RequestBytesMax)
        {
            Refuse("431 Request Header Fields Too Large", $"A request may have at most {RequestBytesMax} bytes.");
        }

        return true;
    }

    private void Answer(HttpRequest? request)
    {
        switch (request)
        {
            case null:
                Refuse("400 Bad Request", "Not an HTTP/1 request.");
                break;
            case { Method: not ("GET" or "HEAD") }:
                Refuse("405 Method Not Allowed", "Only GET and HEAD are supported.", "Allow: GET, HEAD\r\n");
                break;
            case { Path: not "/metrics" }:
                Refuse("404 Not Found", "The metrics are at /metrics.");
                break;
            default:
                metrics.AddScrape();
                Reply(
                    "200 OK",
                    request.IsOpenMetrics
                        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                        : "text/plain; version=0.0.4; charset=utf-8",
                    createPage(request.IsOpenMetrics),
                    hasBody: request.Method == "GET");
                break;
        }
    }

    private void Refuse(string status, string text, string header = "")
    {
        metrics.AddScrapeRefused();
        Reply(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text + "\n"), hasBody: true, header);
    }

    private void Reply(string status, string type, ReadOnlyMemory<byte> body, bool hasBody, string header = "")
    {
        var head = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n{header}"
            + "Connection: close\r\n\r\n");
        _answer = hasBody ? (byte[])[.. head, .. body.Span] : head;
        _isAnswering = true;
    }
}
