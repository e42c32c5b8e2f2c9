using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Hosting;

namespace NodeTelemetry.Collector.Options;

/// <summary>Reads the options of the export to OpenSearch.</summary>
internal static class OpenSearchOptions
{
    /// <summary>Reads them. What is wrong is left in <paramref name="reader"/>'s problems.</summary>
    public static ExportSettings Read(OptionReader reader) => new()
    {
        Hosts = [.. reader.List(
            "OpenSearch:Nodes", [], "http:// or https:// addresses, separated by commas; empty for no export",
            "OpenSearch nodes that readings are exported to, tried in turn.",
            IsHttpAddress).Where(IsHttpAddress).Select(static text => new Uri(text))],
        User = Optional(reader.Text(
            "OpenSearch:User", string.Empty, "a user name, together with OpenSearch:PasswordFile",
            "User of basic authentication.", static _ => true)),
        PasswordFile = ReadFile(
            reader, "OpenSearch:PasswordFile", "a path of a readable file that holds nothing but the password",
            "The user's password; read again when the file changes."),
        TokenFile = ReadFile(
            reader, "OpenSearch:TokenFile", "a path of a readable file that holds nothing but the token",
            "A token instead of user and password; read again when the file changes."),
        TokenScheme = reader.Text(
            "OpenSearch:TokenScheme", "Bearer", "Bearer or ApiKey",
            "What the token is: of an identity provider (Bearer), or a key of the cluster's own (ApiKey).",
            static text => text is "Bearer" or "ApiKey"),
        CaFile = ReadFile(
            reader, "OpenSearch:CaFile", "a path of an existing PEM file; empty for the system's authorities",
            "The authority that signed the nodes' certificates; read again when the file changes."),
        ClientCertificateFile = ReadFile(
            reader, "OpenSearch:ClientCertificateFile", "a path of an existing PEM file",
            "The certificate by which the collector makes itself known, with its chain; read again when it changes."),
        ClientKeyFile = ReadFile(
            reader, "OpenSearch:ClientKeyFile", "a path of an existing PEM file without a passphrase",
            "The key of the client certificate."),
        Compress = reader.Flag("OpenSearch:Compress", true, "Send bodies compressed."),
        ConcurrencyMax = (int)reader.Integer(
            "OpenSearch:ConcurrencyMax", 4, 1, 16,
            "The most bulk requests at once; how many there are from 1 up is found by what the servers take."),
        ManageTemplate = reader.Flag("OpenSearch:ManageTemplate", true, "Put the index template at start."),
        RequestTimeout = reader.Duration(
            "OpenSearch:RequestTimeout", TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10),
            "Time for one request."),
        RetryDelayMax = reader.Duration(
            "OpenSearch:RetryDelayMax", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10),
            "The longest pause between attempts."),
    };

    private static string? ReadFile(OptionReader reader, string key, string range, string help) => Optional(
        reader.Text(key, string.Empty, range, help, static text => text.Length == 0 || IsReadable(text)));

    private static bool IsReadable(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The message names the option, the path and what is wanted.
            return false;
        }
    }

    private static bool IsHttpAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    private static string? Optional(string text) => text.Length == 0 ? null : text;
}
