namespace NodeTelemetry.Protocol.Signing;

/// <summary>A datagram split at its signature, which is not verified yet.</summary>
public readonly ref struct DatagramSignature
{
    private DatagramSignature(ReadOnlySpan<byte> message, ReadOnlySpan<byte> keyId, ReadOnlySpan<byte> macText)
    {
        Message = message;
        KeyId = keyId;
        MacText = macText;
    }

    /// <summary>Gets the signed bytes: all before <c>,"sig"</c>.</summary>
    public ReadOnlySpan<byte> Message { get; }

    /// <summary>Gets the name of the key.</summary>
    public ReadOnlySpan<byte> KeyId { get; }

    /// <summary>Gets the signature in base64url.</summary>
    public ReadOnlySpan<byte> MacText { get; }

    /// <summary>Gets the bytes between the message and the name of the key.</summary>
    internal static ReadOnlySpan<byte> Marker => ",\"sig\":\""u8;

    /// <summary>Finds the signature at the end of a datagram, in exactly the form in which it is written.</summary>
    /// <returns><see langword="false"/> if there is none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out DatagramSignature signature)
    {
        signature = default;
        if (!datagram.EndsWith("\"}"u8))
        {
            return false;
        }

        var marker = datagram.LastIndexOf(Marker);
        if (marker < 0)
        {
            return false;
        }

        var text = datagram[(marker + Marker.Length)..^2];
        var colon = text.Length - SignatureKey.MacTextBytes - 1;
        if (colon < 1 || text[colon] != (byte)':' || !SignatureKey.IsId(text[..colon]))
        {
            return false;
        }

        signature = new DatagramSignature(datagram[..marker], text[..colon], text[(colon + 1)..]);
        return true;
    }
}
