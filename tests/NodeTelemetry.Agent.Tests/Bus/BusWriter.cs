using System.Text;

namespace NodeTelemetry.Agent.Tests.Bus;

/// <summary>Writes messages as the system bus does.</summary>
internal sealed class BusWriter
{
    private readonly List<byte> _bytes = [];

    public int Length => _bytes.Count;

    public IReadOnlyList<byte> Written => _bytes;

    public void Bytes(params byte[] bytes) => _bytes.AddRange(bytes);

    public void Align(int boundary)
    {
        while (_bytes.Count % boundary != 0)
        {
            _bytes.Add(0);
        }
    }

    public void Integer(int value)
    {
        Align(4);
        _bytes.AddRange(BitConverter.GetBytes(value));
    }

    public void Text(string text)
    {
        Integer(text.Length);
        _bytes.AddRange([.. Encoding.ASCII.GetBytes(text), 0]);
    }

    public void Field(byte code, string type, string text)
    {
        Align(8);
        Bytes(code, 1, (byte)type[0], 0);
        Text(text);
    }

    public void Overwrite(int offset, int value)
    {
        foreach (var (piece, index) in BitConverter.GetBytes(value).Select((piece, index) => (piece, index)))
        {
            _bytes[offset + index] = piece;
        }
    }

    /// <summary>Writes a message.</summary>
    public static byte[] Message(byte type, int replySerial, string signature, BusWriter body)
    {
        var message = new BusWriter();
        message.Bytes((byte)'l', type, 1, 1);
        message.Integer(body.Length);
        message.Integer(9);
        message.Integer(0);
        message.Field(6, "s", ":1.77");
        if (replySerial > 0)
        {
            message.Align(8);
            message.Bytes(5, 1, (byte)'u', 0);
            message.Integer(replySerial);
        }

        message.Align(8);
        message.Bytes(8, 1, (byte)'g', 0, (byte)signature.Length);
        message.Bytes([.. Encoding.ASCII.GetBytes(signature), 0]);
        message.Overwrite(12, message.Length - 16);
        message.Align(8);
        return [.. message.Written, .. body.Written];
    }
}
