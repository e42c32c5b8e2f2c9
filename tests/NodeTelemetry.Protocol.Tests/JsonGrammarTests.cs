using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Protocol.Tests;

/// <summary>
/// Proves that <see cref="JsonGrammar"/> says yes exactly where the framework's reader does: valid datagrams are
/// changed at random, and both are asked. If the grammar said yes to what the reader refuses, the decoder would throw.
/// </summary>
public sealed class JsonGrammarTests
{
    private static readonly string[] Snippets =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\ude00", "0", "-", "1e", ".5", "e+9", "true", "nul",
        "null", " ", "\t", "\u0001", "é", "//", "NaN", "-0", "00",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(77)]
    [InlineData(20261121)]
    public void Agrees_with_the_reader_of_the_framework(int seed)
    {
        var random = new Random(seed);
        var decoder = new SnapshotDecoder();
        var originals =
            Directory.GetFiles(RepositoryRoot.Fixture("datagrams", "valid"), "*.json", SearchOption.AllDirectories)
            .Where(path => new FileInfo(path).Length < 2000)
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)
            .ToArray();
        for (var round = 0; round < 15_000; round++)
        {
            var bytes = Mutate(random, originals[random.Next(originals.Length)]);
            if (!Utf8.IsValid(bytes))
            {
                continue;
            }

            var verdict = JsonGrammar.Check(bytes);
            var expected = IsObjectForReader(bytes);
            Assert.True(
                verdict == DecodeError.None == expected,
                $"Seed {seed}, round {round}: {verdict}, but the reader says {expected}: "
                + Encoding.UTF8.GetString(bytes));

            // Never throws, whatever the bytes.
            decoder.Decode(bytes, out _);
        }
    }

    [Theory]
    [InlineData("{}", DecodeError.None)]
    [InlineData(" { } ", DecodeError.None)]
    [InlineData("""{"a":-0,"b":1E+2,"c":"\u00e9\\\"\/"}""", DecodeError.None)]
    [InlineData("{\"a\":\"\u007f\"}", DecodeError.None)]
    [InlineData("""{"a":.5}""", DecodeError.NotJson)]
    [InlineData("""{"a":1.}""", DecodeError.NotJson)]
    [InlineData("""{"a":+1}""", DecodeError.NotJson)]
    [InlineData("""{"a":"\x"}""", DecodeError.NotJson)]
    [InlineData("""{"a" 1}""", DecodeError.NotJson)]
    [InlineData("""{,}""", DecodeError.NotJson)]
    [InlineData("""{"a":[1,]}""", DecodeError.NotJson)]
    [InlineData("""{"a":[}""", DecodeError.NotJson)]
    [InlineData("""{"a":trueish}""", DecodeError.NotJson)]
    [InlineData("""{"\ud800":1}""", DecodeError.NotUtf8)]
    [InlineData("""{"a":1}x""", DecodeError.TrailingBytes)]
    public void The_error_names_the_problem(string text, DecodeError expected) =>
        Assert.Equal(expected, JsonGrammar.Check(Encoding.UTF8.GetBytes(text)));

    private static byte[] Mutate(Random random, byte[] original)
    {
        var bytes = new List<byte>(original);
        for (var change = random.Next(1, 4); change > 0 && bytes.Count > 0; change--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(128);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Snippets[random.Next(Snippets.Length)]));
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(random.Next(20), bytes.Count - at));
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(30), bytes.Count - at)));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Asks the framework: one object, all strings readable, within the same depth.</summary>
    private static bool IsObjectForReader(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = WireLimits.DepthMax });
        try
        {
            var isFirst = true;
            while (reader.Read())
            {
                if (isFirst && reader.TokenType != JsonTokenType.StartObject)
                {
                    return false;
                }

                isFirst = false;
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    // Half a surrogate pair shows only when the text is asked for.
                    reader.GetString();
                }
            }

            return !isFirst;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
