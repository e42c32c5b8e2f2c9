using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Bus;

/// <summary>A persistent, non-blocking connection to the system bus:
/// the reply to a call is read at a later tick.</summary>
/// <remarks>Source: D-Bus specification. Allocates: nothing after construction. Not thread-safe.</remarks>
internal sealed class BusConnection : IDisposable
{
    private const int HelloSerial = 1;

    /// <summary>AF_UNIX.</summary>
    private const int UnixFamily = 1;

    /// <summary>SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC.</summary>
    private const int NonBlockingStream = 1 | 0x800 | 0x80000;

    /// <summary>MSG_NOSIGNAL | MSG_DONTWAIT.</summary>
    private const int SendFlags = 0x4000 | LibC.DoNotWait;

    /// <summary>sun_path of unix(7).</summary>
    private const int PathBytesMax = 107;

    private readonly byte[] _hello = BusMessage.Hello(HelloSerial);

    /// <summary>Replies with one number have about 100 bytes; without subscriptions nothing else arrives.</summary>
    private readonly byte[] _buffer = new byte[4096];

    private readonly byte[] _address;
    private int _socket = -1;
    private int _length;
    private int _linesLeft;

    /// <summary>Initializes a new instance of the <see cref="BusConnection"/> class.</summary>
    /// <param name="path">The path of the socket.</param>
    public BusConnection(string path)
    {
        _address = [0, 0, .. Encoding.UTF8.GetBytes(path), 0];
        BinaryPrimitives.WriteUInt16LittleEndian(_address, UnixFamily);
    }

    /// <summary>Gets a value indicating whether the connection is open.</summary>
    public bool IsOpen => _socket >= 0;

    /// <summary>Opens the connection.</summary>
    /// <returns>0, or errno(3).</returns>
    public int Open()
    {
        Dispose();
        if (_address.Length > PathBytesMax + sizeof(ushort))
        {
            return LibC.NameTooLong;
        }

        _socket = LibC.OpenSocket(UnixFamily, NonBlockingStream, 0);
        if (_socket < 0 || LibC.Connect(_socket, _address, (uint)_address.Length) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            Dispose();
            return error;
        }

        // DATA and OK.
        _linesLeft = 2;
        _length = 0;
        return TrySend(_hello) ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Sends a call. Closes the connection if the socket is full, because the bus does not read.</summary>
    public bool TrySend(ReadOnlySpan<byte> call)
    {
        if (LibC.SendTo(_socket, call, call.Length, SendFlags, default, 0) == call.Length)
        {
            return true;
        }

        Dispose();
        return false;
    }

    /// <summary>Reads the reply to a call if it has arrived. Malformed data closes the connection.</summary>
    /// <param name="serial">The serial of the call.</param>
    /// <param name="fields">The header fields of the reply, valid until the next call.</param>
    /// <param name="body">The body of the reply, valid until the next call.</param>
    /// <returns><see langword="false"/> if there is no reply yet, or the connection is closed.</returns>
    public bool TryReceive(uint serial, out BusFields fields, out ReadOnlySpan<byte> body)
    {
        fields = default;
        body = default;
        if (!TryFill() || !TryPassLines())
        {
            return false;
        }

        var rest = _buffer.AsSpan(0, _length);
        while (rest.Length >= BusMessage.HeaderBytes)
        {
            if (!BusMessage.TryReadHeader(rest, out var bodyOffset, out var length) || length > _buffer.Length)
            {
                Dispose();
                return false;
            }

            if (length > rest.Length)
            {
                break;
            }

            if (BusMessage.TryReadFields(rest[..bodyOffset], out fields) && fields.ReplySerial == serial)
            {
                // There is one outstanding call, so nothing relevant follows the reply.
                body = rest[bodyOffset..length];
                _length = 0;
                return true;
            }

            rest = rest[length..];
        }

        rest.CopyTo(_buffer);
        _length = rest.Length;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_socket >= 0)
        {
            _ = LibC.Close(_socket);
            _socket = -1;
        }
    }

    private bool TryFill()
    {
        var room = _buffer.AsSpan(_length);
        var received = LibC.Read(_socket, room, room.Length);
        if (received > 0)
        {
            _length += (int)received;
            return true;
        }

        // 0 is the end of the stream, and so is every error except EAGAIN.
        if (received == 0 || Marshal.GetLastPInvokeError() is not (LibC.TryAgain or LibC.Interrupted))
        {
            Dispose();
        }

        return false;
    }

    /// <summary>Skips the authentication lines before the messages.</summary>
    private bool TryPassLines()
    {
        while (_linesLeft > 0)
        {
            var line = _buffer.AsSpan(0, _length);
            var end = line.IndexOf((byte)'\n');
            if (end < 0)
            {
                return false;
            }

            if (!line.StartsWith(_linesLeft == 2 ? "DATA"u8 : "OK "u8))
            {
                Dispose();
                return false;
            }

            line[(end + 1)..].CopyTo(_buffer);
            _length -= end + 1;
            _linesLeft--;
        }

        return true;
    }
}
