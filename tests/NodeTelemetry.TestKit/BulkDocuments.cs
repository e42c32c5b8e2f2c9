using System.IO.Compression;
using System.Text.Json.Nodes;

namespace NodeTelemetry.TestKit;

/// <summary>Takes a bulk request apart, so that something may happen to a part of its documents.</summary>
internal sealed class BulkDocuments
{
    // What is answered for documents that are not passed on, in turn; null for those that are.
    private static readonly ItemError?[] Turns =
    [
        null,
        new(429, "rejected_execution_exception", "rejected execution of primary operation"),
        new(403, "security_exception", "no permissions for [indices:data/write/bulk[s]]"),
        new(400, "index_closed_exception", "closed"),
    ];

    private readonly List<byte[]> _documents = [];

    /// <summary>Initializes a new instance of the <see cref="BulkDocuments"/> class.</summary>
    /// <param name="body">The body as it was sent.</param>
    /// <param name="isCompressed">Whether it is a gzip member.</param>
    public BulkDocuments(byte[] body, bool isCompressed)
    {
        var lines = isCompressed ? Unpack(body) : body;
        for (var start = 0; start < lines.Length;)
        {
            var middle = start + lines.AsSpan(start).IndexOf((byte)'\n') + 1;
            var end = middle + lines.AsSpan(middle).IndexOf((byte)'\n') + 1;
            _documents.Add(lines[start..end]);
            start = end;
        }
    }

    /// <summary>Gets the body of the first half.</summary>
    public byte[] FirstHalf() => [.. _documents.Take(_documents.Count / 2).SelectMany(static lines => lines)];

    /// <summary>Gets the body of those that are passed on.</summary>
    public byte[] Taken() =>
        [.. _documents.Where(static (_, index) => Turns[index % Turns.Length] is null).SelectMany(static lines => lines)];

    /// <summary>Makes the answer for all of the answer for those that were passed on.</summary>
    /// <returns>The answer itself when it is not one of documents.</returns>
    public byte[] Mix(byte[] answer)
    {
        if (answer.Length == 0 || JsonNode.Parse(answer)?["items"] is not JsonArray taken)
        {
            return answer;
        }

        var items = new JsonArray();
        for (var index = 0; index < _documents.Count; index++)
        {
            items.Add(Turns[index % Turns.Length] is { } error
                ? new JsonObject
                {
                    ["create"] = new JsonObject
                    {
                        ["status"] = error.Status,
                        ["error"] = new JsonObject { ["type"] = error.Type, ["reason"] = error.Reason },
                    },
                }
                : taken[index / Turns.Length]!.DeepClone());
        }

        return System.Text.Encoding.UTF8.GetBytes(
            new JsonObject { ["took"] = 1, ["errors"] = true, ["items"] = items }.ToJsonString());
    }

    private static byte[] Unpack(byte[] body)
    {
        using var packed = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var lines = new MemoryStream();
        packed.CopyTo(lines);
        return lines.ToArray();
    }
}
