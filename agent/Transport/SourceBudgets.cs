using System.Buffers.Binary;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Transport;

/// <summary>Limits what each address receives in a second. Allocates: nothing after construction.</summary>
/// <param name="time">The clock.</param>
internal sealed class SourceBudgets(TimeProvider time)
{
    /// <summary>The maximum number of addresses within a second: more collectors than a cluster has.</summary>
    public const int SourceCountMax = 8;

    /// <summary>Bytes for an address in a second: the repairs of a collector and its probes.</summary>
    public const int BytesPerSecondMax = 192 * 1024;

    /// <summary>The part of <see cref="BytesPerSecondMax"/> that repairs leave to probes.</summary>
    public const int ProbeBytesReserved = 12 * 1024;

    /// <summary>Probe replies for an address in a second: a collector sends a volley of ten.</summary>
    public const int AnswersPerSecondMax = 10;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly Budget[] _budgets = new Budget[SourceCountMax];

    /// <summary>Counts a probe reply, of which at least the first part will fit.</summary>
    /// <param name="address">The address, 4 or 16 bytes.</param>
    /// <returns><see langword="false"/> if the limit is reached.</returns>
    public bool TryAnswer(ReadOnlySpan<byte> address)
    {
        var index = Find(address);
        if (index < 0 || _budgets[index].Answers == AnswersPerSecondMax
            || _budgets[index].Bytes + WireLimits.DatagramBytesMax > BytesPerSecondMax)
        {
            return false;
        }

        _budgets[index].Answers++;
        return true;
    }

    /// <summary>Counts a datagram of a probe reply or of a repair.</summary>
    /// <param name="address">The address, 4 or 16 bytes.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="isRepair">Whether it is of a repair.</param>
    /// <returns><see langword="false"/> if the limit is reached.</returns>
    public bool TrySend(ReadOnlySpan<byte> address, int bytes, bool isRepair)
    {
        var index = Find(address);
        var limit = BytesPerSecondMax - (isRepair ? ProbeBytesReserved : 0);
        if (index < 0 || _budgets[index].Bytes + bytes > limit)
        {
            return false;
        }

        _budgets[index].Bytes += bytes;
        return true;
    }

    private int Find(ReadOnlySpan<byte> address)
    {
        Span<byte> padded = stackalloc byte[16];
        padded.Clear();
        address.CopyTo(padded);
        var high = BinaryPrimitives.ReadUInt64BigEndian(padded);
        var low = BinaryPrimitives.ReadUInt64BigEndian(padded[8..]);
        var now = time.GetTimestamp();
        var free = -1;
        for (var index = 0; index < _budgets.Length; index++)
        {
            ref var budget = ref _budgets[index];
            var isCurrent = budget.IsUsed && time.GetElapsedTime(budget.Start, now) < Window;
            if (isCurrent && budget.High == high && budget.Low == low)
            {
                return index;
            }

            free = isCurrent ? free : index;
        }

        if (free >= 0)
        {
            _budgets[free] = new Budget { IsUsed = true, High = high, Low = low, Start = now };
        }

        return free;
    }

    private struct Budget
    {
        public bool IsUsed;
        public ulong High;
        public ulong Low;
        public long Start;
        public int Bytes;
        public int Answers;
    }
}
