using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>Lists a folder, entry by entry. Never throws; allocates nothing after construction.</summary>
/// <remarks>Source: getdents64(2). Shape: inode and offset of 64 bits, length of the record in 16 bits, type in 8, then
/// the name up to a zero byte.</remarks>
internal sealed class FolderReader : IDisposable
{
    private const int LengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;
    private const byte FolderType = 4;

    /// <summary>A page, some hundred entries at a time.</summary>
    private readonly byte[] _buffer = new byte[4096];

    private int _descriptor = -1;
    private int _length;
    private int _offset;

    /// <summary>Opens a folder, and closes the one before it.</summary>
    /// <param name="path">Its path, ending in a zero byte.</param>
    /// <returns>Whether it is there and may be read.</returns>
    public bool TryOpen(ReadOnlySpan<byte> path)
    {
        Dispose();
        _length = _offset = 0;
        _descriptor = LibC.Open(path, LibC.OpenToRead);
        return _descriptor >= 0;
    }

    /// <summary>Gets the next entry, other than the folder itself and the one above it.</summary>
    /// <param name="name">Its name, valid until the next call.</param>
    /// <param name="isFolder">Whether it is a folder; a link is none.</param>
    /// <returns><see langword="false"/> at the end.</returns>
    public bool TryRead(out ReadOnlySpan<byte> name, out bool isFolder)
    {
        while (_offset < _length || TryFill())
        {
            var record = _buffer.AsSpan(_offset, _length - _offset);
            var recordLength = BinaryPrimitives.ReadUInt16LittleEndian(record[LengthOffset..]);
            _offset += recordLength;
            isFolder = record[TypeOffset] == FolderType;
            name = record[NameOffset..recordLength];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                return true;
            }
        }

        name = default;
        isFolder = false;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = LibC.Close(_descriptor);
            _descriptor = -1;
        }
    }

    private bool TryFill()
    {
        _offset = 0;
        _length = Math.Max(0, (int)LibC.ReadFolder(_descriptor, _buffer, (nuint)_buffer.Length));
        return _length > 0;
    }
}
