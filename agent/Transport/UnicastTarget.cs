using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Transport;

/// <summary>One unicast target, whose name is resolved periodically, independently of ticks.</summary>
/// <remarks>
/// A name that does not resolve is retried after 1, 2, 4, 8, 10 s:
/// right after boot, the network or the name server is often not there yet.
/// </remarks>
internal sealed partial class UnicastTarget : IDisposable
{
    /// <summary>A collector that was replaced often has a new address. It must receive from its nodes
    /// before it reports them as lost, which it does half a minute after its start.</summary>
    public static readonly TimeSpan ResolvePeriod = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryDelayMin = TimeSpan.FromSeconds(1);

    private readonly TargetName _name;
    private readonly Func<string, Task<IPAddress[]>> _resolve;
    private readonly ILogger _logger;
    private readonly LogThrottle _throttle;
    private readonly ITimer? _timer;
    private volatile SocketAddress? _address;
    private volatile bool _isIPv6;
    private TimeSpan _retryDelay = RetryDelayMin;

    /// <summary>Initializes a new instance of the <see cref="UnicastTarget"/> class
    /// and starts resolving the name.</summary>
    /// <param name="name">The target.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="resolve">Resolves a host name; by default, the system does.</param>
    public UnicastTarget(
        TargetName name, TimeProvider time, ILogger logger, Func<string, Task<IPAddress[]>>? resolve = null)
    {
        _name = name;
        _resolve = resolve ?? Dns.GetHostAddressesAsync;
        _logger = logger;
        _throttle = new LogThrottle(time);
        if (IPAddress.TryParse(name.Host, out var literal))
        {
            Use(literal);
            return;
        }

        // Each attempt schedules the next: an unresponsive name server takes longer than the period.
        _timer = time.CreateTimer(
            _ => StartResolving(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
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
        var problem = await TryResolveAsync();
        var delay = ResolvePeriod;
        if (problem is null)
        {
            _retryDelay = RetryDelayMin;
        }
        else
        {
            // The last address stays in use while the name server is unavailable.
            delay = _retryDelay;
            _retryDelay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, ResolvePeriod.Ticks));
            if (_throttle.TryPass(out var suppressed))
            {
                Log.CannotResolve(_logger, _name.Host, problem, delay, suppressed);
            }
        }

        _timer!.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private async Task<string?> TryResolveAsync()
    {
        try
        {
            var found = await _resolve(_name.Host);
            var address = Array.Find(found, static candidate => candidate.AddressFamily == AddressFamily.InterNetwork)
                ?? (found.Length > 0 ? found[0] : null);
            if (address is null)
            {
                return "it has no address";
            }

            Use(address);
            return null;
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            return error.Message;
        }
    }

    private void Use(IPAddress address)
    {
        _isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        _address = new IPEndPoint(address, _name.Port).Serialize();
    }
}
