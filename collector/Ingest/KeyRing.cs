using System.IO.Enumeration;
using System.Text;
using NodeTelemetry.Protocol.Signing;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>The keys of the keys file as read at one moment. Immutable.</summary>
internal sealed class KeyRing
{
    private readonly Dictionary<UInt128, SignatureKey> _keys = [];
    private readonly HashSet<string> _boundNodes = new(StringComparer.Ordinal);
    private readonly List<string> _boundPatterns = [];

    /// <summary>Initializes a new instance of the <see cref="KeyRing"/> class.</summary>
    public KeyRing(IReadOnlyList<SignatureKey> keys)
    {
        foreach (var key in keys)
        {
            _keys.Add(Number(Encoding.ASCII.GetBytes(key.Id)), key);
            foreach (var node in key.Nodes)
            {
                if (IsPattern(node))
                {
                    _boundPatterns.Add(node);
                }
                else
                {
                    _boundNodes.Add(node);
                }
            }
        }
    }

    /// <summary>Gets the number of keys.</summary>
    public int Count => _keys.Count;

    /// <summary>Finds a key by its id.</summary>
    public SignatureKey? Find(ReadOnlySpan<byte> id) => _keys.GetValueOrDefault(Number(id));

    /// <summary>Determines whether a key is bound to a node; then no unbound key is valid for it.</summary>
    public bool IsBound(string? node) =>
        node is not null && (_boundNodes.Contains(node) || Matches(_boundPatterns, node));

    /// <summary>Determines whether a key is valid for a node.</summary>
    public bool MaySign(SignatureKey key, string? node) =>
        key.Nodes.Count == 0 ? !IsBound(node) : node is not null && Matches(key.Nodes, node);

    private static bool IsPattern(string node) => node.AsSpan().ContainsAny('*', '?');

    private static bool Matches(IReadOnlyList<string> patterns, string node)
    {
        for (var index = 0; index < patterns.Count; index++)
        {
            if (FileSystemName.MatchesSimpleExpression(patterns[index], node, ignoreCase: false))
            {
                return true;
            }
        }

        return false;
    }

    // At most 16 bytes, none of them zero: the key of the lookup allocates nothing.
    private static UInt128 Number(ReadOnlySpan<byte> id)
    {
        UInt128 number = 0;
        foreach (var character in id)
        {
            number = (number << 8) | character;
        }

        return number;
    }
}
