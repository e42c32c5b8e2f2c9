using NodeTelemetry.TestKit;

namespace NodeTelemetry.Collector.Tests.OpenSearch;

/// <summary>What happens to bulk requests between the collector and a server: each fault once, then at random.</summary>
internal sealed class FaultsOnTheWay(int seed)
{
    private static readonly BulkFault[] All =
    [
        BulkFault.ResetBefore, BulkFault.ResetAfter, BulkFault.HalfApplied, BulkFault.CutOff, BulkFault.Unavailable,
        BulkFault.BadGateway, BulkFault.Rejected, BulkFault.Mixed,
    ];

    // About every fourth request has one.
    private const int Rarity = 4;

    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly Dictionary<BulkFault, int> _count = [];

    /// <summary>Chooses the next request's.</summary>
    public BulkFault Next()
    {
        lock (_lock)
        {
            var isFaulty = _random.Next(Rarity) == 0;
            var never = Array.FindAll(All, fault => !_count.ContainsKey(fault));
            var fault = never.Length > 0 ? never[_random.Next(never.Length)] : All[_random.Next(All.Length)];
            if (!isFaulty)
            {
                return BulkFault.None;
            }

            _count[fault] = _count.GetValueOrDefault(fault) + 1;
            return fault;
        }
    }

    public override string ToString()
    {
        lock (_lock)
        {
            return string.Join(", ", _count.Select(static pair => $"{pair.Key} {pair.Value}x"));
        }
    }
}
