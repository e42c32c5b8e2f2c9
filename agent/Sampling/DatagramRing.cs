namespace NodeTelemetry.Agent.Sampling;

/// <summary>Buffers the last datagrams in a fixed amount of memory; new ones evict the oldest.</summary>
/// <remarks>Allocates nothing after construction. Not thread-safe.</remarks>
internal sealed class DatagramRing
{
    /// <summary>A datagram is longer than this, so the list of entries never fills before the bytes do.</summary>
    private const int DatagramBytesMin = 192;

    /// <summary>What an entry takes.</summary>
    private const int EntryBytes = 16;

    private readonly byte[] _bytes;
    private readonly Entry[] _entries;
    private int _oldest;
    private int _end;

    /// <summary>Initializes a new instance of the <see cref="DatagramRing"/> class.</summary>
    /// <param name="bytesMax">All the memory that it takes; 0 to keep nothing.</param>
    public DatagramRing(int bytesMax)
    {
        _entries = new Entry[bytesMax / (DatagramBytesMin + EntryBytes)];

        // Not cleared: pages that have not been written to yet cost no memory.
        _bytes = GC.AllocateUninitializedArray<byte>(bytesMax - (_entries.Length * EntryBytes));
    }

    /// <summary>Gets how many datagrams are kept.</summary>
    public int Count { get; private set; }

    /// <summary>Keeps a datagram.</summary>
    /// <param name="sequence">Its sample's number, never lower than that of the one before.</param>
    /// <param name="datagram">Its bytes.</param>
    public void Add(long sequence, ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length > _bytes.Length || _entries.Length == 0)
        {
            return;
        }

        if (_end + datagram.Length > _bytes.Length)
        {
            // What lies between here and the end is older than what lies at the beginning.
            while (Count > 0 && At(0).Offset >= _end)
            {
                DropOldest();
            }

            _end = 0;
        }

        while (Count == _entries.Length
            || (Count > 0 && At(0).Offset < _end + datagram.Length && At(0).Offset + At(0).Length > _end))
        {
            DropOldest();
        }

        datagram.CopyTo(_bytes.AsSpan(_end));
        Count++;
        At(Count - 1) = new Entry(sequence, _end, datagram.Length);
        _end += datagram.Length;
    }

    /// <summary>Gets a datagram as it was sent; empty if it is not kept.</summary>
    /// <param name="sequence">Its sample's number.</param>
    /// <param name="part">Which of the sample's datagrams, from 0.</param>
    public ReadOnlyMemory<byte> Get(long sequence, int part)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (At(middle).Sequence < sequence)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        // Without its first part a sample is dropped as a whole: the others would have wrong indices.
        var index = low + part;
        return index >= Count || At(index).Sequence != sequence ? default
            : _bytes.AsMemory(At(index).Offset, At(index).Length);
    }

    private ref Entry At(int index) => ref _entries[(_oldest + index) % _entries.Length];

    private void DropOldest()
    {
        // Never a part of a sample alone.
        var sequence = At(0).Sequence;
        do
        {
            _oldest = (_oldest + 1) % _entries.Length;
            Count--;
        }
        while (Count > 0 && At(0).Sequence == sequence);
    }

    private readonly record struct Entry(long Sequence, int Offset, int Length);
}
