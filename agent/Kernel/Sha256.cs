using System.Buffers.Binary;
using System.Numerics;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>SHA-256, for names and not for secrets.</summary>
/// <remarks>
/// Source: FIPS 180-4 section 6.2. The framework's own loads OpenSSL, which costs the process 4 MB of memory and the
/// node a dependency; here 20 bytes are hashed once at start.
/// </remarks>
internal static class Sha256
{
    private const int BlockBytes = 64;

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
        // The message, one bit, zeros, and its length in bits, to whole blocks.
        var padded = new byte[(message.Length + 1 + sizeof(ulong) + BlockBytes - 1) / BlockBytes * BlockBytes];
        message.CopyTo(padded);
        padded[message.Length] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(padded.AsSpan(padded.Length - sizeof(ulong)), (ulong)message.Length * 8);

        uint[] state =
            [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
        for (var offset = 0; offset < padded.Length; offset += BlockBytes)
        {
            AddBlock(state, padded.AsSpan(offset, BlockBytes));
        }

        var digest = new byte[state.Length * sizeof(uint)];
        for (var index = 0; index < state.Length; index++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest.AsSpan(index * sizeof(uint)), state[index]);
        }

        return digest;
    }

    private static void AddBlock(uint[] state, ReadOnlySpan<byte> block)
    {
        var words = new uint[RoundConstants.Length];
        for (var index = 0; index < words.Length; index++)
        {
            words[index] = index < 16
                ? BinaryPrimitives.ReadUInt32BigEndian(block[(index * sizeof(uint))..])
                : Sigma(words[index - 2], 17, 19, 10) + words[index - 7] + Sigma(words[index - 15], 7, 18, 3)
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

    private static uint Sigma(uint value, int first, int second, int shift) =>
        BitOperations.RotateRight(value, first) ^ BitOperations.RotateRight(value, second) ^ (value >> shift);
}
