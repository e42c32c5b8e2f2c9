using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Diagnostics;

namespace NodeTelemetry.Agent.Transport;

/// <summary>One unicast target, whose name is looked up now and then, away from the tick.</summary>
internal sealed partial class UnicastTarget : IDisposable
{
    /// <summary>A collector that moves is found again within a minute; a name server has one question a
    /// minute.</summary>
    public static readonly TimeSpan ResolvePeriod = TimeSpan.FromMinutes(1);

    private readonly TargetName _name;
    private readonly ILogger _logger;
    private readonly LogThrottle _throttle;
    private readonly ITimer? _timer;
    private volatile SocketAddress? _address;
    private volatile bool _isIPv6;
    private int _isResolving;

    /// <summary>Initializes a new instance of the <see cref="UnicastTarget"/> class; the first look-up starts at
    /// once.</summary>
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

    /// <summary>Gets where it is now, or <see langword="null"/> while that is not known.</summary>
    public SocketAddress? Address => _address;

    /// <summary>Gets a value indicating whether <see cref="Address"/> is of IPv6.</summary>
    public bool IsIPv6 => _isIPv6;

    /// <summary>Gets the throttle of messages about sending to it.</summary>
    public LogThrottle Throttle => _throttle;

    /// <inheritdoc/>
    public override string ToString() => $"{_name.Host} port {_name.Port}";

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void StartResolving() => _ = ResolveAsync();

    private async Task ResolveAsync()
    {
        // A name server that does not answer takes longer than the period.
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
            // The last known address stays in use: better than nothing while the name server is away.
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
