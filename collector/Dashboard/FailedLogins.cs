using System.Net;
using System.Net.Sockets;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>Makes those wait who give wrong tokens or passwords, each address for itself. Any thread may ask.</summary>
/// <remarks>While an address must wait, its credentials are not checked: more guesses reveal nothing.</remarks>
/// <param name="time">The clock.</param>
internal sealed class FailedLogins(TimeProvider time)
{
    /// <summary>Failures without a wait: people mistype, and scripts get a new token late.</summary>
    public const int FreeCount = 5;

    /// <summary>Addresses that are remembered, some 1 MB. Beyond, those that fail count as one.</summary>
    public const int AddressCountMax = 10_000;

    /// <summary>The wait after the first failure that is not free; it doubles with each.</summary>
    public static readonly TimeSpan WaitMin = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait: 300 guesses a day.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(5);

    /// <summary>How long failures are held against an address after its last one.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    /// <summary>Whom IPv6 hands out addresses by the billion has one network of them.</summary>
    private const int NetworkBytesIPv6 = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, Failures> _byAddress = [];

    /// <summary>Gets how long an address must still wait; zero when it need not.</summary>
    public TimeSpan GetWait(IPAddress? address)
    {
        lock (_lock)
        {
            if (Find(address) is not { } failures || failures.Count <= FreeCount)
            {
                return TimeSpan.Zero;
            }

            var doubled = WaitMin * Math.Pow(2, Math.Min(failures.Count - FreeCount - 1, 30));
            var left = (doubled < WaitMax ? doubled : WaitMax) - time.GetElapsedTime(failures.Timestamp);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Notes that an address has given something wrong.</summary>
    public void Add(IPAddress? address)
    {
        lock (_lock)
        {
            var count = Find(address)?.Count ?? 0;
            if (count == 0 && _byAddress.Count >= AddressCountMax)
            {
                Expire();
            }

            _byAddress[Place(address)] = new Failures(count + 1, time.GetTimestamp());
        }
    }

    /// <summary>Notes that an address has given the right one.</summary>
    public void Forgive(IPAddress? address)
    {
        lock (_lock)
        {
            _byAddress.Remove(KeyOf(address));
        }
    }

    private static IPAddress KeyOf(IPAddress? address)
    {
        if (address is null || address.AddressFamily != AddressFamily.InterNetworkV6 || address.IsIPv4MappedToIPv6)
        {
            return address?.MapToIPv4() ?? IPAddress.None;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytesIPv6).Clear();
        return new IPAddress(bytes);
    }

    private Failures? Find(IPAddress? address) =>
        _byAddress.TryGetValue(Place(address), out var failures) && time.GetElapsedTime(failures.Timestamp) < KeptFor
            ? failures
            : null;

    private IPAddress Place(IPAddress? address)
    {
        var key = KeyOf(address);
        return _byAddress.ContainsKey(key) || _byAddress.Count < AddressCountMax ? key : IPAddress.None;
    }

    private void Expire()
    {
        foreach (var (key, failures) in _byAddress)
        {
            if (time.GetElapsedTime(failures.Timestamp) >= KeptFor)
            {
                _byAddress.Remove(key);
            }
        }
    }

    private readonly record struct Failures(int Count, long Timestamp);
}
