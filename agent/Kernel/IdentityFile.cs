using System.Text;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Signing;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>The file that keeps the identity of the node: it survives a new network card or machine-id.</summary>
/// <remarks>
/// One line per fact: its name and a hash. A copy of the file on another machine is ignored:
/// there the serial number, or the addresses of all network cards, differ.
/// Without hardware to compare, the machine-id decides.
/// </remarks>
internal static class IdentityFile
{
    /// <summary>The name of the file.</summary>
    public const string Name = "identity";

    private const int BytesMax = 4096;
    private const int HashDigits = 16;
    private const string NodeWord = "node";
    private const string MachineIdWord = "machine-id";
    private const string SerialWord = "serial";
    private const string BoardWord = "board";
    private const string AddressWord = "address";

    /// <summary>Gets the identity that was kept, if it is that of this machine.</summary>
    /// <param name="directory">The directory of the file; <see langword="null"/> for none.</param>
    /// <param name="identity">The identity that this machine would have without it.</param>
    /// <param name="problem">Why the file cannot be used, as the end of a sentence;
    /// <see langword="null"/> if it can, or does not exist.</param>
    public static string? Find(string? directory, NodeIdentity identity, out string? problem)
    {
        problem = null;
        if (directory is null)
        {
            return null;
        }

        if (ReadFacts(directory, out var outcome) is not { } facts)
        {
            problem = outcome == FileOutcome.Failed ? "cannot be read" : null;
            return null;
        }

        var node = Array.Find(facts, static fact => fact.StartsWith(NodeWord + " ", StringComparison.Ordinal))
            ?[(NodeWord.Length + 1)..];
        if (node is null || node.Length != WireLimits.NodeDigits || !node.All(char.IsAsciiHexDigitLower))
        {
            problem = "is damaged: it names no node";
            return null;
        }

        return IsSameMachine(facts, ListFacts(identity)) ? node : null;
    }

    /// <summary>Keeps the identity, unless the file has it already.</summary>
    /// <returns>Why it cannot be kept, as the end of a sentence; <see langword="null"/> if it is.</returns>
    public static string? Store(string directory, string node, NodeIdentity identity)
    {
        var own = $"{NodeWord} {node}";
        var facts = ListFacts(identity);
        if (ReadFacts(directory, out _) is { } kept && kept.Contains(own))
        {
            // What cannot be read now, such as a card whose driver loads later, is still part of the machine.
            foreach (var word in (ReadOnlySpan<string>)[MachineIdWord, SerialWord, BoardWord, AddressWord])
            {
                facts.AddRange(Select(facts, word).Count == 0 ? Select(kept, word) : []);
            }
        }

        var text = $"{own}\n{string.Concat(facts.Order(StringComparer.Ordinal).Select(static fact => fact + "\n"))}";
        var path = Path.Join(directory, Name);
        try
        {
            if (File.Exists(path) && File.ReadAllText(path) == text)
            {
                return null;
            }

            DurableFile.Replace(path, Encoding.UTF8.GetBytes(text));
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"cannot be written: {error.Message}";
        }
    }

    private static string[]? ReadFacts(string directory, out FileOutcome outcome)
    {
        var buffer = new byte[BytesMax];
        outcome = KernelFile.ReadOnce(Path.Join(directory, Name), buffer, out var length);
        return outcome == FileOutcome.Ok
            ? Encoding.UTF8.GetString(buffer, 0, length).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : null;
    }

    private static bool IsSameMachine(IReadOnlyCollection<string> kept, IReadOnlyCollection<string> present)
    {
        foreach (var hardware in (ReadOnlySpan<string>)[SerialWord, BoardWord])
        {
            if (Compare(hardware, kept, present) is { } isEqual)
            {
                return isEqual;
            }
        }

        // With a card in common it is the same machine, even with another machine-id.
        return Compare(AddressWord, kept, present) ?? Compare(MachineIdWord, kept, present) ?? false;
    }

    /// <summary>Compares the facts of a kind; <see langword="null"/> if one side has none.</summary>
    private static bool? Compare(string word, IReadOnlyCollection<string> kept, IReadOnlyCollection<string> present)
    {
        var known = Select(kept, word);
        var now = Select(present, word);
        return known.Count == 0 || now.Count == 0 ? null : known.Overlaps(now);
    }

    private static HashSet<string> Select(IReadOnlyCollection<string> facts, string word) =>
        [.. facts.Where(fact => fact.StartsWith(word + " ", StringComparison.Ordinal))];

    private static List<string> ListFacts(NodeIdentity identity)
    {
        var facts = new List<string>();
        Add(MachineIdWord, identity.MachineId);
        Add(SerialWord, identity.Serial);
        Add(BoardWord, identity.Board);
        foreach (var address in identity.Addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Add(AddressWord, address);
        }

        return facts;

        void Add(string word, string? value)
        {
            if (value is not null)
            {
                var hash = Sha256.Hash(Encoding.UTF8.GetBytes($"nodetelemetry/1\n{word}={value}\n"));
                facts.Add($"{word} {Convert.ToHexStringLower(hash)[..HashDigits]}");
            }
        }
    }
}
