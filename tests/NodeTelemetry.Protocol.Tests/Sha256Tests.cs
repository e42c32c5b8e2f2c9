using System.Security.Cryptography;
using NodeTelemetry.Protocol.Signing;
using Xunit;

namespace NodeTelemetry.Protocol.Tests;

public sealed class Sha256Tests
{
    [Fact]
    public void Hashes_as_the_framework_does_at_every_length_around_a_block()
    {
        var random = new Random(256);
        for (var length = 0; length < 200; length++)
        {
            var message = new byte[length];
            random.NextBytes(message);
            Assert.Equal(SHA256.HashData(message), Sha256.Hash(message));
        }
    }
}
