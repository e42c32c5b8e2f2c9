using System.Net.Sockets;
using System.Text;

namespace NodeTelemetry.Agent.Bus;

/// <summary>Reads systemd's job queue over the system bus: the only source of the reason for a stop
/// that every user may read.</summary>
/// <remarks>
/// Source: D-Bus specification, "Authentication Protocol" and "Message Protocol"; org.freedesktop.systemd1(5).
/// Blocks, so it needs a <see cref="Kernel.TimeBox"/>.
/// </remarks>
internal sealed class SystemBus : IDisposable
{
    /// <summary>A shutdown queues a few hundred jobs of 250 bytes each.</summary>
    private const int MessageBytesMax = 1024 * 1024;

    /// <summary>The reply is among the first messages, after one or two signals.</summary>
    private const int MessageCountMax = 16;

    private const int HelloSerial = 1;
    private const int ListSerial = 2;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private SystemBus(string path) => _socket.Connect(new UnixDomainSocketEndPoint(path));

    /// <summary>Lists the jobs.</summary>
    /// <param name="path">The path of the socket.</param>
    /// <param name="jobs">The jobs; usually none.</param>
    /// <returns>The problem; <see langword="null"/> on success.</returns>
    /// <exception cref="SocketException">The bus is absent or closes the connection.</exception>
    public static string? ListJobs(string path, out List<SystemdJob> jobs)
    {
        jobs = [];
        using var bus = new SystemBus(path);

        bus.Send(
        [
            .. BusMessage.Hello(HelloSerial),
            .. BusMessage.Call(
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

            if (BusMessage.TryReadFields(message.AsSpan(0, bodyOffset), out var fields)
                && fields.ReplySerial == ListSerial)
            {
                return fields.Error.Length > 0 ? Encoding.UTF8.GetString(fields.Error)
                    : fields.Signature.SequenceEqual("a(usssoo)"u8) && TryReadJobs(message.AsSpan(bodyOffset), jobs)
                        ? null
                    : "the reply is malformed";
            }
        }

        return "the reply is missing";
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>Parses the body of the reply: an array of id, unit, type, state, job path and unit path.</summary>
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

            into.Add(new SystemdJob(Encoding.UTF8.GetString(unit), Encoding.UTF8.GetString(type)));
        }

        return true;
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
        message = new byte[BusMessage.HeaderBytes];
        bodyOffset = 0;
        if (!TryFill(message) || !BusMessage.TryReadHeader(message, out bodyOffset, out var length)
            || length > MessageBytesMax)
        {
            return false;
        }

        Array.Resize(ref message, length);
        return TryFill(message.AsSpan(BusMessage.HeaderBytes));
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
