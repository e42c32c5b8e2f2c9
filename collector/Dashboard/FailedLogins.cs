using System.Net;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>Delays clients that send wrong tokens or passwords, by address. Thread-safe.</summary>
/// <remarks>While an address must wait, its credentials are not checked: more guesses reveal nothing.</remarks>
/// <param name="time">The clock.</param>
internal sealed class FailedLogins(TimeProvider time)
{
    /// <summary>Failures without a delay: people mistype, and scripts may still have the previous token.</summary>
    public const int FreeCount = 5;

    /// <summary>The maximum number of addresses, some 1 MB. Beyond it, all others count as one.</summary>
    public const int AddressCountMax = 10_000;

    /// <summary>The first delay; it doubles with each further failure.</summary>
    public static readonly TimeSpan WaitMin = TimeSpan.FromSeconds(1);

    /// <summary>The longest delay: 300 guesses a day.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(5);

    /// <summary>How long failures count after the last one.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, Failures> _byAddress = [];

    /// <summary>Gets the remaining delay of an address.</summary>
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

    /// <summary>Records a failure.</summary>
    public void Add(IPAddress? address)
    {
        lock (_lock)
        {
            var count = Find(address)?.Count ?? 0;
            if (count == 0 && _byAddress.Count >= AddressCountMax)
            {
                Expire();
            }

            _byAddress[GetCountedKey(address)] = new Failures(count + 1, time.GetTimestamp());
        }
    }

    /// <summary>Resets the failures after a success.</summary>
    public void Reset(IPAddress? address)
    {
        lock (_lock)
        {
            _byAddress.Remove(ClientAddress.GetKey(address));
        }
    }

    private Failures? Find(IPAddress? address) =>
        _byAddress.TryGetValue(GetCountedKey(address), out var failures)
        && time.GetElapsedTime(failures.Timestamp) < KeptFor
            ? failures
            : null;

    private IPAddress GetCountedKey(IPAddress? address)
    {
        var key = ClientAddress.GetKey(address);
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
