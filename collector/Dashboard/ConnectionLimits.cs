using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>Limits connections, also by address: no client can lock out the others. Thread-safe.</summary>
/// <remarks>
/// A connection beyond a limit gets a response and is closed. It is counted before TLS, and responded to after it.
/// </remarks>
/// <param name="metrics">The counters.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionLimits(CollectorMetrics metrics, TimeProvider time)
{
    /// <summary>Maximum connections: a browser keeps one for the live stream and opens up to six more.</summary>
    public const int CountMax = 2048;

    /// <summary>
    /// Maximum connections of one address: some forty browsers,
    /// or a reverse proxy, which is one client for all of its own.
    /// </summary>
    public const int PerAddressMax = 256;

    /// <summary>Maximum connections that are being refused; more are closed without a response.</summary>
    public const int RefusingMax = 256;

    /// <summary>How long a refused client may take to send its request:
    /// closing before it would discard the response.</summary>
    private static readonly TimeSpan RequestWait = TimeSpan.FromSeconds(1);

    private static readonly object RefusalKey = new();

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private int _count;
    private int _refusing;

    /// <summary>Counts connections; to be called before TLS.</summary>
    public ConnectionDelegate Count(ConnectionDelegate next) => async connection =>
    {
        var address = ClientAddress.GetKey((connection.RemoteEndPoint as IPEndPoint)?.Address);
        if (!TryEnter(address, out var refusal))
        {
            connection.Abort();
            return;
        }

        try
        {
            connection.Items[RefusalKey] = refusal;
            await next(connection);
        }
        finally
        {
            Leave(address, refusal);
        }
    };

    /// <summary>Responds to connections that are refused; to be called after TLS.</summary>
    public ConnectionDelegate Respond(ConnectionDelegate next) => async connection =>
    {
        if (!connection.Items.TryGetValue(RefusalKey, out var value) || value is not HttpRefusal refusal)
        {
            await next(connection);
            return;
        }

        // The response is that of HTTP/1.1; a client of HTTP/2 sees the connection close.
        var protocol = connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol;
        if (protocol is not { } chosen || !chosen.Span.SequenceEqual(SslApplicationProtocol.Http2.Protocol.Span))
        {
            await RespondAsync(connection, refusal);
        }
    };

    private static byte[] CreateResponse(HttpRefusal refusal)
    {
        var (status, error) = refusal == HttpRefusal.Address
            ? ("429 Too Many Requests",
                $"This address has {PerAddressMax} connections, the limit: close some, or wait.")
            : ("503 Service Unavailable", $"The collector has {CountMax} connections, the limit: try again later.");
        var body = $"{{\"error\":\"{error}\"}}";
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {body.Length}\r\n"
            + $"Cache-Control: no-store\r\nRetry-After: 5\r\nConnection: close\r\n\r\n{body}"));
    }

    private async Task RespondAsync(ConnectionContext connection, HttpRefusal refusal)
    {
        using var wait = new CancellationTokenSource(RequestWait, time);
        try
        {
            var request = await connection.Transport.Input.ReadAsync(wait.Token);
            connection.Transport.Input.AdvanceTo(request.Buffer.End);
        }
        catch (OperationCanceledException) when (wait.IsCancellationRequested)
        {
            // A client that sends nothing gets the response too.
        }

        try
        {
            await connection.Transport.Output.WriteAsync(CreateResponse(refusal), connection.ConnectionClosed);
        }
        catch (Exception error) when (error is OperationCanceledException or ConnectionAbortedException or IOException)
        {
            // The client has gone.
        }
    }

    private bool TryEnter(IPAddress address, out HttpRefusal? refusal)
    {
        lock (_lock)
        {
            var ofAddress = _byAddress.GetValueOrDefault(address);
            refusal = ofAddress >= PerAddressMax ? HttpRefusal.Address
                : _count >= CountMax ? HttpRefusal.Total
                : null;
            if (refusal is { } reason)
            {
                metrics.ConnectionsRefused[reason].Inc();
                if (_refusing >= RefusingMax)
                {
                    return false;
                }

                _refusing++;
                return true;
            }

            _count++;
            _byAddress[address] = ofAddress + 1;
            return true;
        }
    }

    private void Leave(IPAddress address, HttpRefusal? refusal)
    {
        lock (_lock)
        {
            if (refusal is not null)
            {
                _refusing--;
                return;
            }

            _count--;
            if (_byAddress[address] == 1)
            {
                _byAddress.Remove(address);
            }
            else
            {
                _byAddress[address]--;
            }
        }
    }
}
