using System.Security.Cryptography;
using System.Text;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Signing;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Protocol.Tests;

public sealed class SigningTests
{
    private static readonly SignatureKey Key = new("cluster-1", RandomSecret(1), []);

    /// <summary>RFC 4231, test cases 1 to 4: keys shorter than a block, as ours are, padded with zeros to 32 bytes.</summary>
    [Theory]
    [InlineData("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")]
    [InlineData("4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe")]
    [InlineData("0102030405060708090a0b0c0d0e0f10111213141516171819",
        "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b")]
    public void Agrees_with_the_vectors_of_rfc_4231(string key, string message, string digest)
    {
        var secret = new byte[SignatureKey.SecretBytes];
        Convert.FromHexString(key).CopyTo(secret, 0);
        var actual = new byte[Sha256.DigestBytes];
        new SignatureKey("k", secret, []).WriteDigest(Convert.FromHexString(message), actual);

        Assert.Equal(digest, Convert.ToHexStringLower(actual));
    }

    [Fact]
    public void Agrees_with_the_framework_at_every_length()
    {
        var random = new Random(4231);
        for (var length = 0; length < 300; length++)
        {
            var (secret, message) = (new byte[SignatureKey.SecretBytes], new byte[length]);
            random.NextBytes(secret);
            random.NextBytes(message);
            var actual = new byte[Sha256.DigestBytes];
            new SignatureKey("k", secret, []).WriteDigest(message, actual);
            Assert.Equal(HMACSHA256.HashData(secret, message), actual);
        }
    }

    [Fact]
    public void A_signature_is_the_keys_name_and_the_first_16_bytes_in_base64url()
    {
        var message = "{\"hostname\":\"pi\""u8;
        var text = new byte[SignatureKey.TextBytesMax];
        var length = Key.WriteText(message, text);
        var mac = HMACSHA256.HashData(RandomSecret(1), message.ToArray()).AsSpan(0, 16);
        var expected = Convert.ToBase64String(mac).TrimEnd('=').Replace('+', '-').Replace('/', '_');

        Assert.Equal($"cluster-1:{expected}", Encoding.ASCII.GetString(text, 0, length));
        Assert.Equal(length, Key.TextBytes);
    }

    [Theory]
    [InlineData("""{"a":1,"sig":"k:0123456789012345678901"}""", true)]
    [InlineData("""{"a":1,"sig":"k:0123456789012345678901" }""", false)]
    [InlineData("""{"a":1,"sig": "k:0123456789012345678901"}""", false)]
    [InlineData("""{"a":1,"sig":"k:012345678901234567890"}""", false)]
    [InlineData("""{"a":1,"sig":":0123456789012345678901"}""", false)]
    [InlineData("""{"a":1,"sig":"a-name-that-is-17:0123456789012345678901"}""", false)]
    [InlineData("""{"a":1,"sig":"a b:0123456789012345678901"}""", false)]
    [InlineData("""{"sig":"k:0123456789012345678901","a":1}""", false)]
    [InlineData("""{"sig":"k:0123456789012345678901"}""", false)]
    [InlineData("", false)]
    public void A_signature_is_found_only_where_and_as_it_is_written(string datagram, bool isFound)
    {
        Assert.Equal(isFound, DatagramSignature.TryRead(Encoding.UTF8.GetBytes(datagram), out var signature));
        Assert.Equal(isFound ? "{\"a\":1" : "", Encoding.UTF8.GetString(signature.Message));
    }

    [Fact]
    public void Signing_and_checking_allocate_nothing()
    {
        var text = new byte[SignatureKey.TextBytesMax];
        var message = new byte[1300];
        Key.WriteText(message, text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var length = Key.WriteText(message, text);
        var isGood = Key.IsValidSignature(message, text.AsSpan("cluster-1:".Length, length - "cluster-1:".Length));

        Assert.Equal((0, true), (GC.GetAllocatedBytesForCurrentThread() - before, isGood));
    }

    [Fact]
    public void Every_datagram_that_is_encoded_with_a_key_is_signed_and_still_short_enough()
    {
        using var encoder = new SnapshotEncoder(Key);
        foreach (var snapshot in (NodeSnapshot[])[Samples.Minimal, Samples.Full(4), Samples.Full(128), Samples.Large()])
        {
            var count = encoder.Encode(snapshot);
            for (var index = 0; index < count; index++)
            {
                var datagram = encoder.Datagram(index).Span;
                Assert.InRange(datagram.Length, 1, WireLimits.DatagramBytesMax);
                Assert.Equal(DecodeError.None, new SnapshotDecoder().Decode(datagram, out var decoded));
                Assert.StartsWith("cluster-1:", decoded!.Signature, StringComparison.Ordinal);
                Assert.True(DatagramSignature.TryRead(datagram, out var signature));
                Assert.True(Key.IsValidSignature(signature.Message, signature.MacText));
            }
        }

        Assert.Equal(0, encoder.SectionsDropped);
    }

    /// <summary>One byte more each time: just before a datagram is full, and cut for the first time, it must not grow too long.</summary>
    [Fact]
    public void The_signature_has_its_room_at_every_length()
    {
        using var encoder = new SnapshotEncoder(Key);
        var counts = new HashSet<int>();
        for (var length = 1; length <= WireLimits.LabelValueBytesMax; length++)
        {
            var snapshot = Samples.Full(CoresOfFullDatagram(encoder)) with
            {
                Labels = [new("x", new string('x', length))],
            };
            var count = encoder.Encode(snapshot);
            counts.Add(count);
            for (var index = 0; index < count; index++)
            {
                Assert.InRange(encoder.Datagram(index).Length, 1, WireLimits.DatagramBytesMax);
            }
        }

        Assert.Equal([1, 2], counts.Order());
    }

    [Fact]
    public void Encoding_with_a_key_allocates_nothing()
    {
        using var encoder = new SnapshotEncoder(Key);
        var snapshot = Samples.Full(128);
        encoder.Encode(snapshot);
        var before = GC.GetAllocatedBytesForCurrentThread();
        encoder.Encode(snapshot);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_key_file_is_read_as_it_is_written()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["key"], KeyFile.Write("mine", RandomSecret(7)));
        var read = KeyFile.Load(folder["key"]);

        Assert.Null(read.Problem);
        var key = Assert.Single(read.Keys);
        Assert.Equal("mine", key.Id);
        Assert.Empty(key.Nodes);
        Assert.True(IsSame(key, new SignatureKey("mine", RandomSecret(7), [])));
    }

    [Fact]
    public void A_key_file_may_hold_many_keys_with_their_nodes_and_comments()
    {
        var secret = new string('a', 64);
        var read = KeyFile.Parse($"# all\n\none {secret}   # shared\n  two\t{secret} 00000000000000AA,00*\r\n");

        Assert.Null(read.Problem);
        Assert.Equal(["one", "two"], read.Keys.Select(static key => key.Id));
        Assert.Equal(["00000000000000aa", "00*"], read.Keys[1].Nodes);
    }

    [Theory]
    [InlineData("", "contains no key.")]
    [InlineData("one", "line 1: the secret must be 64")]
    [InlineData("one abc", "line 1: the secret must be 64")]
    [InlineData("one SECRET\none SECRET", "line 2: the key name is used twice.")]
    [InlineData("\none SECRET pi-01", "line 2: nodes must be")]
    [InlineData("one SECRET aa,,bb", "line 1: nodes must be")]
    [InlineData("one SECRET aa bb", "line 1: there are more than three fields")]
    [InlineData("a:b SECRET", "line 1: the name must be")]
    [InlineData("seventeen-letters SECRET", "line 1: the name must be")]
    public void What_is_wrong_with_a_key_file_is_named_without_the_secret(string text, string problem)
    {
        var secret = Convert.ToHexStringLower(RandomSecret(9));
        var read = KeyFile.Parse(text.Replace("SECRET", secret, StringComparison.Ordinal));

        Assert.StartsWith(problem, read.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, read.Problem, StringComparison.Ordinal);
        Assert.Empty(read.Keys);
    }

    [Fact]
    public void A_key_file_readable_by_others_is_reported()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["key"], KeyFile.Write("mine", RandomSecret(7)));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["key"], UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Assert.False(KeyFile.Load(folder["key"]).IsOpenToOthers);
            File.SetUnixFileMode(folder["key"], UnixFileMode.UserRead | UnixFileMode.OtherRead);
            Assert.True(KeyFile.Load(folder["key"]).IsOpenToOthers);
        }

        Assert.Equal("does not exist.", KeyFile.Load(folder["none"]).Problem);
    }

    [Fact]
    public void Requests_decode_to_what_was_written()
    {
        var into = new byte[WireLimits.ControlBytesMax];
        var longest = new ControlMessage
        {
            Request = ControlRequest.Range,
            Run = uint.MaxValue,
            From = long.MaxValue - 1,
            To = long.MaxValue,
            Stamp = new ControlStamp(ulong.MaxValue, long.MaxValue, uint.MaxValue, long.MaxValue),
        };
        var signed = into.AsSpan(0, ControlEncoder.Write(longest, Key, into));
        Assert.Equal(DecodeError.None, ControlDecoder.Decode(signed, out var message));
        Assert.Equal(longest, message);
        Assert.True(DatagramSignature.TryRead(signed, out var signature));
        Assert.True(Key.IsValidSignature(signature.Message, signature.MacText));

        var plain = into.AsSpan(0, ControlEncoder.Write(longest, null, into));
        ControlDecoder.Decode(plain, out message);
        Assert.Equal(longest with { Stamp = null }, message);
        Assert.Equal(
            ControlEncoder.Sample.ToArray(),
            into[..ControlEncoder.Write(new ControlMessage { Request = ControlRequest.Sample, Run = 1 }, null, into)]);

        foreach (var level in Enum.GetValues<AlertLevel>())
        {
            var show = longest with { Request = ControlRequest.Show, From = 0, To = 0, Alert = level, AlertSeconds = 3600 };
            Assert.Equal(
                DecodeError.None, ControlDecoder.Decode(into.AsSpan(0, ControlEncoder.Write(show, Key, into)), out message));
            Assert.Equal(show, message);
        }
    }

    private static bool IsSame(SignatureKey one, SignatureKey other)
    {
        var (first, second) = (new byte[Sha256.DigestBytes], new byte[Sha256.DigestBytes]);
        one.WriteDigest("x"u8, first);
        other.WriteDigest("x"u8, second);
        return first.SequenceEqual(second);
    }

    /// <summary>The most cores with which a full sample and a label of a byte fit one datagram.</summary>
    private static int CoresOfFullDatagram(SnapshotEncoder encoder)
    {
        var cores = 1;
        while (encoder.Encode(Samples.Full(cores + 1) with { Labels = [new("x", "x")] }) == 1)
        {
            cores++;
        }

        return cores;
    }

    private static byte[] RandomSecret(int seed)
    {
        var secret = new byte[SignatureKey.SecretBytes];
        new Random(seed).NextBytes(secret);
        return secret;
    }
}
