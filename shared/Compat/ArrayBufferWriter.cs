namespace System.Buffers;

/// <summary>A growing array that is written from its start.</summary>
internal sealed class ArrayBufferWriter<T>(int initialCapacity) : IBufferWriter<T>
{
    private const int CapacityMin = 256;

    private T[] _items = new T[initialCapacity];

    /// <summary>Initializes a new instance of the <see cref="ArrayBufferWriter{T}"/> class.</summary>
    public ArrayBufferWriter()
        : this(CapacityMin)
    {
    }

    /// <summary>Gets what was written.</summary>
    public ReadOnlyMemory<T> WrittenMemory => _items.AsMemory(0, WrittenCount);

    /// <summary>Gets what was written.</summary>
    public ReadOnlySpan<T> WrittenSpan => _items.AsSpan(0, WrittenCount);

    /// <summary>Gets the number of items written.</summary>
    public int WrittenCount { get; private set; }

    /// <summary>Forgets what was written; keeps the array.</summary>
    public void ResetWrittenCount() => WrittenCount = 0;

    /// <summary>Clears what was written; keeps the array.</summary>
    public void Clear()
    {
        _items.AsSpan(0, WrittenCount).Clear();
        WrittenCount = 0;
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        if (count < 0 || WrittenCount + count > _items.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "More than the buffer has.");
        }

        WrittenCount += count;
    }

    /// <inheritdoc/>
    public Memory<T> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _items.AsMemory(WrittenCount);
    }

    /// <inheritdoc/>
    public Span<T> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _items.AsSpan(WrittenCount);
    }

    private void Grow(int sizeHint)
    {
        var wanted = WrittenCount + Math.Max(sizeHint, 1);
        if (wanted > _items.Length)
        {
            Array.Resize(ref _items, Math.Max(wanted, Math.Max(_items.Length * 2, CapacityMin)));
        }
    }
}
