using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Xunit;

namespace NodeTelemetry.Deploy.Tests;

/// <summary>An image in a tar file, read as the specification of OCI says; nothing that it announces is believed.</summary>
internal sealed class ImageArchive
{
    private readonly Dictionary<string, byte[]> _files = [];

    public ImageArchive(string path)
    {
        using var tar = new TarReader(File.OpenRead(path));
        while (tar.GetNextEntry(copyData: true) is { } entry)
        {
            if (entry.DataStream is { } data)
            {
                using var content = new MemoryStream();
                data.CopyTo(content);
                _files[entry.Name.TrimStart('.', '/')] = content.ToArray();
            }
        }
    }

    public JsonElement Index => Parse(_files["index.json"]);

    /// <summary>Gets the file that only <c>docker load</c> reads.</summary>
    public JsonElement? DockerManifest => _files.TryGetValue("manifest.json", out var content) ? Parse(content)[0] : null;

    /// <summary>Gets the content that a descriptor names; its digest and size must be right.</summary>
    public byte[] Get(JsonElement descriptor)
    {
        var digest = descriptor.GetProperty("digest").GetString()!;
        var content = _files["blobs/" + digest.Replace(':', '/')];
        Assert.Equal(digest, Digest(content));
        Assert.Equal(descriptor.GetProperty("size").GetInt64(), content.Length);
        return content;
    }

    public JsonElement GetJson(JsonElement descriptor) => Parse(Get(descriptor));

    /// <summary>Gets the manifests of the platforms, and their descriptors.</summary>
    public IEnumerable<(JsonElement Descriptor, JsonElement Manifest)> Manifests()
    {
        foreach (var first in Index.GetProperty("manifests").EnumerateArray())
        {
            var content = GetJson(first);
            if (!content.TryGetProperty("manifests", out var platforms))
            {
                yield return (first, content);
                continue;
            }

            foreach (var platform in platforms.EnumerateArray())
            {
                yield return (platform, GetJson(platform));
            }
        }
    }

    /// <summary>Gets the files in all layers of an image; the digests of the unpacked layers must be right.</summary>
    public List<TarEntry> ReadLayers(JsonElement manifest)
    {
        var config = GetJson(manifest.GetProperty("config"));
        var layers = manifest.GetProperty("layers").EnumerateArray().ToList();
        var unpacked = layers.ConvertAll(layer => Unpack(Get(layer)));
        Assert.Equal(config.GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray().Select(static id => id.GetString()), unpacked.Select(Digest));
        var entries = new List<TarEntry>();
        foreach (var layer in unpacked)
        {
            using var tar = new TarReader(new MemoryStream(layer));
            while (tar.GetNextEntry(copyData: true) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    private static JsonElement Parse(byte[] content)
    {
        using var document = JsonDocument.Parse(content);
        return document.RootElement.Clone();
    }

    private static string Digest(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[] Unpack(byte[] packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var content = new MemoryStream();
        gzip.CopyTo(content);
        return content.ToArray();
    }
}
