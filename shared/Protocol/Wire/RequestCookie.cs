using System.Buffers.Binary;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>The proof that an unsigned requester receives at its address: eight characters that the agent sent there.
/// </summary>
/// <remarks>
/// Written as <c>{"cookie":"12345678"}</c>, which is shorter than the shortest request,
/// <c>{"v":1,"ask":"sample"}</c>, so that it amplifies nothing.
/// Any deviation, such as a space, is not a challenge. Allocates nothing.
/// </remarks>
public static class RequestCookie
{
    /// <summary>The characters of a cookie, base64url: 48 bits, which cannot be guessed at 50 requests a second.
    /// </summary>
    public const int TextBytes = 8;

    /// <summary>The length of a challenge.</summary>
    public const int ChallengeBytes = 21;

    private static ReadOnlySpan<byte> Start => "{\"cookie\":\""u8;

    private static ReadOnlySpan<byte> End => "\"}"u8;

    /// <summary>Writes a challenge.</summary>
    /// <param name="cookie">The characters of the cookie as a big-endian number.</param>
    /// <param name="into">The buffer, at least <see cref="ChallengeBytes"/>.</param>
    public static void WriteChallenge(ulong cookie, Span<byte> into)
    {
        Start.CopyTo(into);
        BinaryPrimitives.WriteUInt64BigEndian(into[Start.Length..], cookie);
        End.CopyTo(into[(Start.Length + TextBytes)..]);
    }

    /// <summary>Reads a challenge.</summary>
    /// <returns><see langword="false"/> if it is another datagram.</returns>
    public static bool TryReadChallenge(ReadOnlySpan<byte> datagram, out ulong cookie)
    {
        cookie = 0;
        return datagram.Length == ChallengeBytes && datagram.StartsWith(Start) && datagram.EndsWith(End)
            && TryRead(datagram.Slice(Start.Length, TextBytes), out cookie);
    }

    /// <summary>Reads the characters of a cookie.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out ulong cookie)
    {
        cookie = 0;
        if (text.Length != TextBytes)
        {
            return false;
        }

        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)character) && character is not ((byte)'_' or (byte)'-'))
            {
                return false;
            }
        }

        cookie = BinaryPrimitives.ReadUInt64BigEndian(text);
        return true;
    }
}
