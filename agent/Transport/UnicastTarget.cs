using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Transport;

/// <summary>One unicast target, whose name is resolved periodically, independently of ticks.</summary>
internal sealed partial class UnicastTarget : IDisposable
{
    /// <summary>A collector with a new address is found within a minute, at one query per minute.</summary>
    public static readonly TimeSpan ResolvePeriod = TimeSpan.FromMinutes(1);

    private readonly TargetName _name;
    private readonly ILogger _logger;
    private readonly LogThrottle _throttle;
    private readonly ITimer? _timer;
    private volatile SocketAddress? _address;
    private volatile bool _isIPv6;
    private int _isResolving;

    /// <summary>Initializes a new instance of the <see cref="UnicastTarget"/> class
    /// and starts resolving the name.</summary>
    public UnicastTarget(TargetName name, TimeProvider time, ILogger logger)
    {
        _name = name;
        _logger = logger;
        _throttle = new LogThrottle(time);
        if (IPAddress.TryParse(name.Host, out var literal))
        {
            Use(literal);
            return;
        }

        _timer = time.CreateTimer(_ => StartResolving(), null, TimeSpan.Zero, ResolvePeriod);
    }

    /// <summary>Gets the current address; <see langword="null"/> until it is resolved.</summary>
    public SocketAddress? Address => _address;

    /// <summary>Gets a value indicating whether <see cref="Address"/> is an IPv6 address.</summary>
    public bool IsIPv6 => _isIPv6;

    /// <summary>Gets the throttle for messages about send failures.</summary>
    public LogThrottle Throttle => _throttle;

    /// <inheritdoc/>
    public override string ToString() => $"{_name.Host} port {_name.Port}";

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void StartResolving() => _ = ResolveAsync();

    private async Task ResolveAsync()
    {
        // An unresponsive name server takes longer than the period.
        if (Interlocked.Exchange(ref _isResolving, 1) != 0)
        {
            return;
        }

        try
        {
            var found = await Dns.GetHostAddressesAsync(_name.Host);
            var address = Array.Find(found, static candidate => candidate.AddressFamily == AddressFamily.InterNetwork)
                ?? (found.Length > 0 ? found[0] : null);
            if (address is not null)
            {
                Use(address);
            }
        }
        catch (SocketException error)
        {
            // The last address stays in use while the name server is unavailable.
            if (_throttle.TryPass(out var suppressed))
            {
                Log.CannotResolve(_logger, _name.Host, error.Message, ResolvePeriod, suppressed);
            }
        }
        finally
        {
            Interlocked.Exchange(ref _isResolving, 0);
        }
    }

    private void Use(IPAddress address)
    {
        _isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        _address = new IPEndPoint(address, _name.Port).Serialize();
    }
}
