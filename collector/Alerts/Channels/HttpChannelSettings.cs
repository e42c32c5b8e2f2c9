using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NodeTelemetry.Collector.Hosting;
using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>The settings of channels that post to a server.</summary>
internal record HttpChannelSettings : ChannelSettings
{
    /// <summary>Gets or sets the address to post to.</summary>
    public Uri? Address { get; set; }

    /// <summary>Gets or sets a PEM file of the authority that signed the server's certificate.</summary>
    public string? CaFile { get; set; }

    /// <summary>Gets or sets the bearer token.</summary>
    public string? Token { get; set; }

    /// <summary>Gets or sets the user of basic authentication.</summary>
    public string? User { get; set; }

    /// <summary>Gets or sets the user's password.</summary>
    public string? Password { get; set; }

    /// <inheritdoc/>
    public override bool NeedsOpenSsl => CaFile is not null || Address?.Scheme == Uri.UriSchemeHttps;

    /// <summary>Creates a type of channels that post to a server.</summary>
    /// <typeparam name="T">The settings.</typeparam>
    /// <param name="name">The name in options.</param>
    /// <param name="create">Creates a channel.</param>
    /// <param name="setDefaults">Sets the defaults that differ from those of all channels.</param>
    public static AlertChannelType<T> CreateType<T>(
        string name, Func<T, IAlertChannel> create, Action<T>? setDefaults = null)
        where T : HttpChannelSettings, new()
    {
        var type = new AlertChannelType<T>(name, (settings, _) => create(settings))
        {
            SetDefaults = setDefaults,
            Check = Check,
        };
        AddOptions(type.Options);
        return type;
    }

    /// <summary>Checks that user and password are given together.</summary>
    public static void CheckCredentials(
        string? user, string? password, OptionValue group, ICollection<string> problems)
    {
        if ((user is null) != (password is null))
        {
            problems.Add(group.Explain("User and PasswordFile belong together"));
        }
    }

    private static void AddOptions<T>(OptionTable<T> table)
        where T : HttpChannelSettings => table
        .Text("Address", "URL", string.Empty, "an http:// or https:// address without user and password",
            "Address to post to.", static (o, text) =>
            {
                var isAddress = OptionText.IsHttpAddress(text) && new Uri(text).UserInfo.Length == 0;
                o.Address = isAddress ? new Uri(text) : null;
                return isAddress;
            })
        .Text("CaFile", "FILE", string.Empty, "the path of a PEM file with a certificate",
            "Authority that signed the server's certificate.", static (o, path) => IsPem(o.CaFile = path))
        .Secret("Token", "Bearer token.", static (o, secret) => o.Token = secret)
        .Text("User", "NAME", string.Empty, "a user name", "User of basic authentication.",
            static (o, text) => (o.User = text).Length > 0)
        .Secret("Password", "The user's password.", static (o, secret) => o.Password = secret);

    private static bool Check(HttpChannelSettings settings, OptionValue group, ICollection<string> problems)
    {
        CheckCredentials(settings.User, settings.Password, group, problems);
        if (settings is { User: not null, Token: not null })
        {
            problems.Add(group.Explain("give either TokenFile or User and PasswordFile"));
        }

        if (settings.Address is null && group.Find("Address") is null)
        {
            problems.Add(group.Explain("Address", "is missing; give the http:// or https:// address to post to"));
        }

        return settings.Address is not null;
    }

    /// <summary>Determines whether a path is a PEM file with a certificate.</summary>
    /// <remarks>Without OpenSSL no file can be checked. That OpenSSL is missing is then reported instead.</remarks>
    public static bool IsPem(string path)
    {
        if (OpenSslLibrary.IsMissing)
        {
            return true;
        }

        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(path);
            return certificates.Count > 0;
        }
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
