using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>Lists a directory, entry by entry. Never throws; allocates nothing after construction.</summary>
/// <remarks>Source: getdents64(2). Shape: 64-bit inode and offset, 16-bit record length, 8-bit type,
/// NUL-terminated name.</remarks>
internal sealed class FolderReader : IDisposable
{
    private const int LengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;
    private const byte FolderType = 4;

    /// <summary>One page: about a hundred entries.</summary>
    private readonly byte[] _buffer = new byte[4096];

    private int _descriptor = -1;
    private int _length;
    private int _offset;

    /// <summary>Opens a directory and closes the previous one.</summary>
    /// <param name="path">The path, NUL-terminated.</param>
    /// <returns>Whether the directory exists and is readable.</returns>
    public bool TryOpen(ReadOnlySpan<byte> path)
    {
        Dispose();
        _length = _offset = 0;
        _descriptor = LibC.Open(path, LibC.OpenToRead);
        return _descriptor >= 0;
    }

    /// <summary>Gets the next entry, except <c>.</c> and <c>..</c>.</summary>
    /// <param name="name">The name, valid until the next call.</param>
    /// <param name="isFolder">Whether it is a directory, not a link.</param>
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
