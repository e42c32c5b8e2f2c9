using System.Text;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Signing;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>Checks signatures, with the current keys of the keys file.</summary>
/// <param name="policy">What must be signed.</param>
/// <param name="path">The keys file; <see langword="null"/> without one.</param>
/// <param name="logger">The log.</param>
internal sealed partial class KeyStore(SignaturePolicy policy, string? path, ILogger logger)
{
    /// <summary>How often the file is checked: a removed key stays valid at most this long.</summary>
    public static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(5);

    private readonly Lock _loading = new();
    private volatile KeyRing _ring = new([]);
    private (DateTime WrittenAt, long Length) _seen;

    /// <summary>Gets the number of keys.</summary>
    public int Count => _ring.Count;

    private bool IsChecking =>
        policy == SignaturePolicy.Require || (policy == SignaturePolicy.VerifyIfPresent && _ring.Count > 0);

    /// <summary>Reloads the file if it has changed.</summary>
    public void ReloadIfChanged()
    {
        if (path is null)
        {
            return;
        }

        var file = new FileInfo(path);
        var now = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        if (now != _seen)
        {
            Reload();
        }
    }

    /// <summary>Loads the file. If it is invalid, the current keys stay in use.</summary>
    public void Reload()
    {
        if (path is null)
        {
            return;
        }

        lock (_loading)
        {
            var file = new FileInfo(path);
            _seen = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
            var read = KeyFile.Load(path);
            if (read.Problem is { } problem)
            {
                Log.NotLoaded(logger, path, problem, _ring.Count);
                return;
            }

            _ring = new KeyRing(read.Keys);
            Log.Loaded(logger, read.Keys.Count, path, policy);
            if (read.IsOpenToOthers)
            {
                Log.OpenToOthers(logger, path, path);
            }
        }
    }

    /// <summary>Verifies the signature at the end of a datagram, before it is decoded. Allocates nothing.</summary>
    /// <param name="datagram">The bytes.</param>
    /// <param name="signer">The key that signed it; <see langword="null"/> if it is unsigned
    /// or signatures are not checked.</param>
    /// <returns>Why it must be rejected; <see langword="null"/> if it is unsigned or the signature is valid.</returns>
    public RejectReason? Verify(ReadOnlySpan<byte> datagram, out SignatureKey? signer)
    {
        signer = null;
        if (!IsChecking || !DatagramSignature.TryRead(datagram, out var signature))
        {
            return null;
        }

        signer = _ring.Find(signature.KeyId);
        return signer is null ? RejectReason.UnknownKey
            : !signer.IsValidSignature(signature.Message, signature.MacText) ? RejectReason.BadSignature
            : null;
    }

    /// <summary>Checks whether the node may use the key, or may send unsigned datagrams. Allocates nothing.</summary>
    /// <param name="snapshot">The decoded datagram.</param>
    /// <param name="signer">The key of <see cref="Verify"/>.</param>
    /// <returns>Why the datagram must be rejected; <see langword="null"/> if it is accepted.</returns>
    public RejectReason? CheckSigner(NodeSnapshot snapshot, SignatureKey? signer)
    {
        if (!IsChecking)
        {
            return null;
        }

        var ring = _ring;
        var node = snapshot.Header?.Node;
        return snapshot.Signature is null
            ? policy == SignaturePolicy.Require || ring.IsBound(node) ? RejectReason.MissingSignature : null
            : signer is null ? RejectReason.BadSignature
            : !ring.MaySign(signer, node) ? RejectReason.KeyNotForNode
            : null;
    }

    /// <summary>Finds the key that a node signs with, for requests to it.</summary>
    /// <param name="signature">The text of <c>sig</c> in its newest datagram.</param>
    public SignatureKey? FindBySignature(string? signature)
    {
        var colon = signature?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return colon is < 1 or > SignatureKey.IdBytesMax
            ? null
            : _ring.Find(Encoding.UTF8.GetBytes(signature![..colon]));
    }
}
