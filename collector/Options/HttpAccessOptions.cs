using NodeTelemetry.Collector.Dashboard;
using NodeTelemetry.Collector.Hosting;

namespace NodeTelemetry.Collector.Options;

/// <summary>Reads who may ask the collector over HTTP.</summary>
internal static class HttpAccessOptions
{
    /// <summary>Characters of a token: a shorter one could be guessed.</summary>
    private const int TokenLengthMin = 16;

    /// <summary>Reads them.</summary>
    public static HttpAccessSettings Read(OptionReader reader)
    {
        var user = reader.Text(
            "Http:User", string.Empty, "a user name without a colon, together with Http:PasswordFile",
            "User who may change things, such as silences.",
            static text => !text.Contains(':', StringComparison.Ordinal));
        var settings = new HttpAccessSettings
        {
            Token = reader.Secret("Http:Token", "A token that may change things, for programs."),
            User = user.Length == 0 ? null : user,
            Password = reader.Secret("Http:Password", "The user's password."),
            IsRequiredToRead = reader.Flag(
                "Http:RequireAuthentication", false, "Ask for the token or the password also for reading."),
        };
        if ((settings.User is null) != (settings.Password is null))
        {
            reader.AddProblem("Http:User and Http:PasswordFile belong together.");
        }

        if (settings.Token?.Length < TokenLengthMin)
        {
            reader.AddProblem(
                $"Http:TokenFile: the token has fewer than {TokenLengthMin} characters; make one with "
                + "'openssl rand -hex 32'.");
        }

        if (settings.Password?.Length == 0)
        {
            reader.AddProblem("Http:PasswordFile: the password is empty.");
        }

        if (settings is { IsRequiredToRead: true, HasCredentials: false })
        {
            reader.AddProblem(
                "Http:RequireAuthentication needs Http:TokenFile, or Http:User and Http:PasswordFile.");
        }

        return ReadCertificate(reader, settings);
    }

    private static HttpAccessSettings ReadCertificate(OptionReader reader, HttpAccessSettings settings)
    {
        var certificate = reader.Text(
            "Http:CertificateFile", string.Empty, "a path of a PEM file, the server's certificate first; empty for no "
            + "TLS", "Certificate for https.", static _ => true);
        var key = reader.Text(
            "Http:CertificateKeyFile", string.Empty, "a path of a PEM file; empty when the key is in "
            + "Http:CertificateFile", "Private key of the certificate.", static _ => true);
        if (certificate.Length == 0)
        {
            if (key.Length > 0)
            {
                reader.AddProblem("Http:CertificateKeyFile needs Http:CertificateFile.");
            }

            return settings;
        }

        var loaded = HttpCertificate.TryLoad(certificate, key.Length == 0 ? null : key, out var problem);
        if (problem is not null)
        {
            reader.AddProblem($"Http:CertificateFile: '{certificate}' cannot be used with its key: {problem}");
        }

        return settings with { Certificate = loaded };
    }
}
