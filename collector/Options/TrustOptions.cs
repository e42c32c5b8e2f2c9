using NodeTelemetry.Collector.Hosting;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.Protocol.Signing;

namespace NodeTelemetry.Collector.Options;

/// <summary>Who is believed.</summary>
internal sealed class TrustOptions
{
    private static readonly (string Name, SignaturePolicy Policy)[] Policies =
    [
        ("none", SignaturePolicy.None),
        ("verify-if-present", SignaturePolicy.VerifyIfPresent),
        ("require", SignaturePolicy.Require),
    ];

    /// <summary>Gets or sets what must be signed.</summary>
    public SignaturePolicy Signatures { get; set; }

    /// <summary>Gets or sets the keys file; <see langword="null"/> without one.</summary>
    public string? KeysFile { get; set; }

    /// <summary>Reads the options.</summary>
    public static TrustOptions Read(OptionReader reader)
    {
        var policy = reader.Text(
            "Trust:Signatures", "verify-if-present", "none, verify-if-present or require",
            "Which datagrams must be signed: none is checked; those that are signed are, which takes a keys file; all.",
            static text => Array.Exists(Policies, known => known.Name == text));
        var keys = reader.Text(
            "Trust:KeysFile", string.Empty, "a path of a key file; empty for none",
            "Keys that nodes sign with, a line each: name, secret, and the nodes that it is bound to. Requests to "
            + "nodes that sign are signed with the same key. Read again when it changes, or by SIGHUP.",
            static _ => true);
        var options = new TrustOptions
        {
            Signatures = Array.Find(Policies, known => known.Name == policy).Policy,
            KeysFile = keys.Length == 0 ? null : keys,
        };
        if (options.KeysFile is not null && KeyFile.Load(options.KeysFile).Problem is { } problem)
        {
            reader.AddProblem($"Trust:KeysFile (--trust-keys-file): {options.KeysFile} {problem}");
        }
        else if (options is { KeysFile: null, Signatures: SignaturePolicy.Require })
        {
            reader.AddProblem("Trust:Signatures is require, so Trust:KeysFile (--trust-keys-file) must name the keys; "
                + "\"nodetelemetry-agent key new FILE\" makes one.");
        }

        return options;
    }
}
