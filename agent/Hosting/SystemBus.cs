using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace NodeTelemetry.Agent.Hosting;

/// <summary>Asks systemd, by the system bus, for its queue of jobs: the one place that knows why a service is stopped,
/// and that every user may ask.</summary>
/// <remarks>
/// Source: D-Bus specification, "Authentication Protocol" and "Message Protocol"; org.freedesktop.systemd1(5). Two
/// calls at the end of a run do not justify a library. Blocks: for callers with a <see cref="Kernel.TimeBox"/>.
/// </remarks>
internal sealed class SystemBus : IDisposable
{
    /// <summary>A shutdown queues some hundred jobs of 250 bytes each; more is not a list of jobs.</summary>
    private const int MessageBytesMax = 1024 * 1024;

    /// <summary>The answer is among the first messages; before it come a signal or two.</summary>
    private const int MessageCountMax = 16;

    /// <summary>The fixed part of a header and the length of its fields.</summary>
    private const int HeaderBytes = 16;

    private const byte LittleEndian = (byte)'l';
    private const byte MethodCall = 1;
    private const byte ProtocolVersion = 1;
    private const byte PathField = 1;
    private const byte InterfaceField = 2;
    private const byte MemberField = 3;
    private const byte ErrorNameField = 4;
    private const byte ReplySerialField = 5;
    private const byte DestinationField = 6;
    private const byte SignatureField = 8;
    private const int HelloSerial = 1;
    private const int ListSerial = 2;
    private const string JobsSignature = "a(usssoo)";

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private SystemBus(string path) => _socket.Connect(new UnixDomainSocketEndPoint(path));

    /// <summary>Lists the jobs.</summary>
    /// <param name="path">The bus's socket.</param>
    /// <param name="jobs">The jobs, none at most times.</param>
    /// <returns>What is in the way; <see langword="null"/> if systemd has answered.</returns>
    /// <exception cref="SocketException">There is no bus, or it ends.</exception>
    public static string? ListJobs(string path, out List<SystemdJob> jobs)
    {
        jobs = [];
        using var bus = new SystemBus(path);

        // The kernel tells the bus who asks, so there is nothing to wait for: everything is sent at once. The bus
        // answers the empty identity with DATA, and the empty DATA with OK.
        bus.Send(
        [
            .. "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n"u8,
            .. Call(HelloSerial, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello"),
            .. Call(
                ListSerial,
                "org.freedesktop.systemd1",
                "/org/freedesktop/systemd1",
                "org.freedesktop.systemd1.Manager",
                "ListJobs"),
        ]);
        if (bus.ReadLine() != "DATA" || !bus.ReadLine().StartsWith("OK ", StringComparison.Ordinal))
        {
            return "the bus does not let this user in";
        }

        for (var count = 0; count < MessageCountMax; count++)
        {
            if (!bus.TryReceive(out var message, out var bodyOffset))
            {
                // dbus-daemon looks up the user's groups, and a user that is made up by DynamicUser has a name only
                // there.
                return "the bus broke off; it does so if it does not know the user, so either make one with "
                    + "systemd-sysusers or install libnss-systemd";
            }

            if (IsReply(message, bodyOffset, out var signature, out var error))
            {
                return error.Length > 0 ? error
                    : signature == JobsSignature && TryReadJobs(message.AsSpan(bodyOffset), jobs) ? null
                    : "the answer makes no sense";
            }
        }

        return "no answer was among the messages";
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>Reads the body of the answer: an array of id, unit, type, state, path of the job and path of the
    /// unit.</summary>
    internal static bool TryReadJobs(ReadOnlySpan<byte> body, List<SystemdJob> into)
    {
        var reader = new BusReader(body);
        if (!reader.TryReadInteger(out var length) || length > body.Length - reader.Position || !reader.TryAlign(8))
        {
            return false;
        }

        var end = reader.Position + (int)length;
        while (reader.Position < end)
        {
            if (!reader.TryAlign(8) || !reader.TryReadInteger(out _) || !reader.TryReadText(out var unit)
                || !reader.TryReadText(out var type) || !reader.TryReadText(out _) || !reader.TryReadText(out _)
                || !reader.TryReadText(out _))
            {
                return false;
            }

            into.Add(new SystemdJob(unit, type));
        }

        return true;
    }

    private static byte[] Call(int serial, string destination, string path, string contract, string member)
    {
        var message = new List<byte> { LittleEndian, MethodCall, 0, ProtocolVersion };
        Append(message, 0);
        Append(message, serial);
        Append(message, 0);
        foreach (var (field, type, value) in (ReadOnlySpan<(byte, char, string)>)[
            (PathField, 'o', path), (DestinationField, 's', destination), (InterfaceField, 's', contract),
            (MemberField, 's', member)])
        {
            Pad(message);
            message.AddRange([field, 1, (byte)type, 0]);
            Append(message, value.Length);
            message.AddRange(Encoding.ASCII.GetBytes(value));
            message.Add(0);
        }

        var bytes = message.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(HeaderBytes - sizeof(int)), bytes.Length - HeaderBytes);
        message = [.. bytes];
        Pad(message);
        return [.. message];
    }

    private static void Append(List<byte> message, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        message.AddRange(bytes);
    }

    private static void Pad(List<byte> message)
    {
        while (message.Count % 8 != 0)
        {
            message.Add(0);
        }
    }

    /// <summary>Asks whether a message answers the question, and what its body holds.</summary>
    private static bool IsReply(ReadOnlySpan<byte> message, int bodyOffset, out string signature, out string error)
    {
        signature = error = "";
        var replySerial = 0u;
        var reader = new BusReader(message[..bodyOffset]);
        for (var skipped = 0; skipped < HeaderBytes; skipped++)
        {
            _ = reader.TryReadByte(out _);
        }

        while (reader.TryAlign(8) && reader.TryReadByte(out var field) && reader.TryReadSignature(out var type))
        {
            var number = 0u;
            var text = "";
            if (!(type switch
            {
                "u" => reader.TryReadInteger(out number),
                "g" => reader.TryReadSignature(out text),
                "s" or "o" => reader.TryReadText(out text),
                _ => false,
            }))
            {
                return false;
            }

            replySerial = field == ReplySerialField ? number : replySerial;
            signature = field == SignatureField ? text : signature;
            error = field == ErrorNameField ? text : error;
        }

        return replySerial == ListSerial;
    }

    private void Send(byte[] bytes)
    {
        ReadOnlySpan<byte> rest = bytes;
        while (!rest.IsEmpty)
        {
            rest = rest[_socket.Send(rest)..];
        }
    }

    private string ReadLine()
    {
        const int LineBytesMax = 256;
        var line = new StringBuilder();
        var buffer = new byte[1];
        while (line.Length < LineBytesMax && TryFill(buffer) && buffer[0] != (byte)'\n')
        {
            line.Append((char)buffer[0]);
        }

        return line.ToString().TrimEnd('\r');
    }

    private bool TryReceive(out byte[] message, out int bodyOffset)
    {
        message = new byte[HeaderBytes];
        bodyOffset = 0;
        if (!TryFill(message) || message[0] != LittleEndian || message[3] != ProtocolVersion)
        {
            return false;
        }

        var body = BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(4));
        var fields = BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(12));
        if (body > MessageBytesMax || fields > MessageBytesMax)
        {
            return false;
        }

        bodyOffset = HeaderBytes + (((int)fields + 7) / 8 * 8);
        Array.Resize(ref message, bodyOffset + (int)body);
        return TryFill(message.AsSpan(HeaderBytes));
    }

    private bool TryFill(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var length = _socket.Receive(buffer);
            if (length == 0)
            {
                return false;
            }

            buffer = buffer[length..];
        }

        return true;
    }
}
