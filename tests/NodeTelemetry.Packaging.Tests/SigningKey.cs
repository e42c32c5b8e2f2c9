using NodeTelemetry.TestKit;

namespace NodeTelemetry.Packaging.Tests;

/// <summary>A key of gpg in a home of its own.</summary>
internal sealed class SigningKey : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _home = new();

    private SigningKey() => Environment = new Dictionary<string, string> { ["GNUPGHOME"] = _home.Path };

    /// <summary>Gets the id by which gpg finds it.</summary>
    public static string Id => "release@nodetelemetry.test";

    /// <summary>Gets what makes gpg find it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Creates a key without a passphrase.</summary>
    public static async Task<SigningKey> CreateAsync()
    {
        var key = new SigningKey();
        await Packages.RunAsync(["gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", Id, "ed25519", "sign", "never"], key.Environment);
        return key;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await TestProcess.RunAsync(["gpgconf", "--kill", "all"], Deadline, Environment);
        _home.Dispose();
    }
}
