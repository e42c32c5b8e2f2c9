namespace NodeTelemetry.Collector.Dashboard;

/// <summary>Authentication and encryption of HTTP.</summary>
internal sealed record HttpAccessSettings
{
    /// <summary>Gets the bearer token.</summary>
    public string? Token { get; init; }

    /// <summary>Gets the user of basic authentication.</summary>
    public string? User { get; init; }

    /// <summary>Gets the user's password.</summary>
    public string? Password { get; init; }

    /// <summary>Gets a value indicating whether reading requires authentication too.</summary>
    public bool IsRequiredToRead { get; init; }

    /// <summary>Gets the server's certificate with its key; <see langword="null"/> for no TLS.</summary>
    public HttpCertificate? Certificate { get; init; }

    /// <summary>Gets a value indicating whether credentials are configured.</summary>
    public bool HasCredentials => Token is not null || Password is not null;
}
