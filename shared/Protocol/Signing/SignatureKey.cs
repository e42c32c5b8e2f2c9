using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace NodeTelemetry.Protocol.Signing;

/// <summary>A named secret that signs datagrams.</summary>
/// <remarks>
/// Source: RFC 2104, FIPS 198-1: HMAC with SHA-256, of which the first 16 bytes are kept, as RFC 2104 section 5 allows.
/// The constructor hashes the two padded keys once. Allocates: nothing afterwards. Thread-safe.
/// </remarks>
public sealed class SignatureKey
{
    /// <summary>Bytes of a secret: the size of the hash.</summary>
    public const int SecretBytes = Sha256.DigestBytes;

    /// <summary>The longest name of a key in bytes: every datagram carries it.</summary>
    public const int IdBytesMax = 16;

    /// <summary>Bytes of a signature that are kept: forging one takes 2¹²⁸ attempts.</summary>
    public const int MacBytes = 16;

    /// <summary>Characters of a signature in base64url, without padding.</summary>
    public const int MacTextBytes = 22;

    /// <summary>The longest text of <c>sig</c>: name, colon and signature.</summary>
    public const int TextBytesMax = IdBytesMax + 1 + MacTextBytes;

    private const byte InnerPad = 0x36;
    private const byte OuterPad = 0x5C;

    private readonly byte[] _id;
    private readonly uint[] _inner;
    private readonly uint[] _outer;

    /// <summary>Initializes a new instance of the <see cref="SignatureKey"/> class.</summary>
    /// <param name="id">Its name; see <see cref="IsId"/>.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="nodes">Identities or patterns of the nodes that may use it; empty for all.</param>
    public SignatureKey(string id, ReadOnlySpan<byte> secret, IReadOnlyList<string> nodes)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretBytes);
        _id = Encoding.ASCII.GetBytes(id);
        ArgumentOutOfRangeException.ThrowIfEqual(IsId(_id), false, nameof(id));
        Id = id;
        Nodes = nodes;
        _inner = HashPadded(secret, InnerPad);
        _outer = HashPadded(secret, OuterPad);
    }

    /// <summary>Gets its name, which precedes the signature.</summary>
    public string Id { get; }

    /// <summary>Gets the identities or patterns of the nodes that may use it; empty for all.</summary>
    public IReadOnlyList<string> Nodes { get; }

    /// <summary>Gets the length of the text of <c>sig</c>.</summary>
    public int TextBytes => _id.Length + 1 + MacTextBytes;

    /// <summary>Gets the number of bytes that a signature adds to a datagram: <c>,"sig":"…"</c>.</summary>
    public int OverheadBytes => DatagramSignature.Marker.Length + TextBytes + 1;

    /// <summary>Returns whether <paramref name="text"/> is a valid name: 1 to 16 of <c>A-Z a-z 0-9 . _ -</c>.</summary>
    public static bool IsId(ReadOnlySpan<byte> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)character) && character is not ((byte)'.' or (byte)'_' or (byte)'-'))
            {
                return false;
            }
        }

        return text.Length is >= 1 and <= IdBytesMax;
    }

    /// <summary>Returns whether this is its name.</summary>
    public bool HasId(ReadOnlySpan<byte> id) => id.SequenceEqual(_id);

    /// <summary>Writes the text of <c>sig</c> for a message.</summary>
    /// <param name="message">Every byte before <c>,"sig"</c>.</param>
    /// <param name="into">The buffer, at least <see cref="TextBytesMax"/>.</param>
    /// <returns>The number of bytes written.</returns>
    public int WriteText(ReadOnlySpan<byte> message, Span<byte> into)
    {
        _id.CopyTo(into);
        into[_id.Length] = (byte)':';
        WriteMac(message, into.Slice(_id.Length + 1, MacTextBytes));
        return TextBytes;
    }

    /// <summary>Verifies a signature in constant time.</summary>
    /// <param name="message">Every byte before <c>,"sig"</c>.</param>
    /// <param name="macText">The text after the colon.</param>
    public bool IsValidSignature(ReadOnlySpan<byte> message, ReadOnlySpan<byte> macText)
    {
        // Compared as text: the 22nd character has unused bits, and a different one means an altered datagram.
        Span<byte> expected = stackalloc byte[MacTextBytes];
        WriteMac(message, expected);
        return CryptographicOperations.FixedTimeEquals(expected, macText);
    }

    /// <inheritdoc/>
    public override string ToString() => Id;

    /// <summary>Writes all 32 bytes of the HMAC, for the test vectors.</summary>
    internal void WriteDigest(ReadOnlySpan<byte> message, Span<byte> digest)
    {
        Span<uint> state = stackalloc uint[Sha256.StateWords];
        _inner.CopyTo(state);
        Span<byte> inner = stackalloc byte[Sha256.DigestBytes];
        Sha256.Finish(state, Sha256.BlockBytes, message, inner);
        _outer.CopyTo(state);
        Sha256.Finish(state, Sha256.BlockBytes, inner, digest);
    }

    private static uint[] HashPadded(ReadOnlySpan<byte> secret, byte pad)
    {
        Span<byte> block = stackalloc byte[Sha256.BlockBytes];
        block.Fill(pad);
        for (var index = 0; index < secret.Length; index++)
        {
            block[index] ^= secret[index];
        }

        var state = new uint[Sha256.StateWords];
        Sha256.Start(state);
        Sha256.AddBlock(state, block);
        return state;
    }

    private void WriteMac(ReadOnlySpan<byte> message, Span<byte> text)
    {
        Span<byte> digest = stackalloc byte[Sha256.DigestBytes];
        WriteDigest(message, digest);
        Base64Url.EncodeToUtf8(digest[..MacBytes], text);
    }
}
