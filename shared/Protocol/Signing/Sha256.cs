using System.Buffers.Binary;
using System.Numerics;

namespace NodeTelemetry.Protocol.Signing;

/// <summary>SHA-256.</summary>
/// <remarks>
/// Source: FIPS 180-4 section 6.2. The framework's implementation loads OpenSSL: 4 MB of memory and a dependency.
/// Allocates: nothing, except the digest of <see cref="Hash(ReadOnlySpan{byte})"/>.
/// </remarks>
public static class Sha256
{
    /// <summary>Bytes of a digest.</summary>
    public const int DigestBytes = 32;

    /// <summary>Bytes of a block.</summary>
    internal const int BlockBytes = 64;

    /// <summary>Words of the state.</summary>
    internal const int StateWords = 8;

    private static readonly uint[] RoundConstants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>Hashes <paramref name="message"/> to 32 bytes.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> message)
    {
        Span<uint> state = stackalloc uint[StateWords];
        Start(state);
        var digest = new byte[DigestBytes];
        Finish(state, 0, message, digest);
        return digest;
    }

    /// <summary>Sets the initial state.</summary>
    internal static void Start(Span<uint> state)
    {
        ReadOnlySpan<uint> initial =
            [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
        initial.CopyTo(state);
    }

    /// <summary>Adds one block.</summary>
    internal static void AddBlock(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[BlockBytes];
        for (var index = 0; index < 16; index++)
        {
            words[index] = BinaryPrimitives.ReadUInt32BigEndian(block[(index * sizeof(uint))..]);
        }

        for (var index = 16; index < words.Length; index++)
        {
            words[index] = Sigma(words[index - 2], 17, 19, 10) + words[index - 7] + Sigma(words[index - 15], 7, 18, 3)
                + words[index - 16];
        }

        var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
        for (var index = 0; index < words.Length; index++)
        {
            var sum1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11)
                ^ BitOperations.RotateRight(e, 25);
            var first = h + sum1 + ((e & f) ^ (~e & g)) + RoundConstants[index] + words[index];
            var sum0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13)
                ^ BitOperations.RotateRight(a, 22);
            var second = sum0 + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + first, c, b, a, first + second);
        }

        (state[0], state[1], state[2], state[3]) = (state[0] + a, state[1] + b, state[2] + c, state[3] + d);
        (state[4], state[5], state[6], state[7]) = (state[4] + e, state[5] + f, state[6] + g, state[7] + h);
    }

    /// <summary>Adds the rest of a message, pads it, and writes the digest.</summary>
    /// <param name="state">The state; undefined afterwards.</param>
    /// <param name="bytesBefore">The bytes already added, in whole blocks.</param>
    /// <param name="message">The rest.</param>
    /// <param name="digest">Receives the digest, <see cref="DigestBytes"/>.</param>
    internal static void Finish(Span<uint> state, int bytesBefore, ReadOnlySpan<byte> message, Span<byte> digest)
    {
        var length = (ulong)(bytesBefore + message.Length);
        while (message.Length >= BlockBytes)
        {
            AddBlock(state, message[..BlockBytes]);
            message = message[BlockBytes..];
        }

        // One bit, zeros, and the length in bits, to one block or two.
        Span<byte> last = stackalloc byte[2 * BlockBytes];
        last.Clear();
        message.CopyTo(last);
        last[message.Length] = 0x80;
        var end = message.Length + 1 + sizeof(ulong) <= BlockBytes ? BlockBytes : 2 * BlockBytes;
        BinaryPrimitives.WriteUInt64BigEndian(last[(end - sizeof(ulong))..], length * 8);
        for (var offset = 0; offset < end; offset += BlockBytes)
        {
            AddBlock(state, last.Slice(offset, BlockBytes));
        }

        for (var index = 0; index < StateWords; index++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest[(index * sizeof(uint))..], state[index]);
        }
    }

    private static uint Sigma(uint value, int first, int second, int shift) =>
        BitOperations.RotateRight(value, first) ^ BitOperations.RotateRight(value, second) ^ (value >> shift);
}
