namespace NodeTelemetry.Collector.Export.Settings;

/// <summary>The settings of the export; the composition root fills them from the options.</summary>
internal sealed record ExportSettings
{
    /// <summary>
    /// Gets the addresses of OpenSearch, tried in turn: <c>http://</c> or <c>https://</c>, without user or query.
    /// Without any, nothing is exported.
    /// </summary>
    public IReadOnlyList<Uri> Hosts { get; init; } = [];

    /// <summary>Gets the user of basic authentication; <see langword="null"/> for none.</summary>
    public string? User { get; init; }

    /// <summary>Gets the file that holds the user's password; read again when it changes.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Gets the file that holds a token, instead of user and password.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Gets the authentication scheme that the token is sent with.</summary>
    public string TokenScheme { get; init; } = "Bearer";

    /// <summary>
    /// Gets a PEM file of the authority that signed the servers' certificates; <see langword="null"/> for the system's.
    /// </summary>
    public string? CaFile { get; init; }

    /// <summary>Gets a PEM file of the collector's client certificate, with its chain.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>Gets a PEM file of that certificate's key, without a passphrase.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>Gets the maximum number of concurrent bulk requests, 1 to 16; one core serves one.</summary>
    public int ConcurrencyMax { get; init; } = 4;

    /// <summary>Gets a value indicating whether bodies are sent compressed.</summary>
    public bool Compress { get; init; } = true;

    /// <summary>Gets a value indicating whether the collector installs the index templates.</summary>
    public bool ManageTemplate { get; init; } = true;

    /// <summary>Gets the timeout of a request, 5 s to 10 min; the server gets half of it.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets the timeout of a connection attempt, 1 s to 1 min.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the longest pause between attempts, 1 s to 10 min.</summary>
    public TimeSpan RetryDelayMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets how far behind a sender's clock may be to be trusted, 1 h to 30 d: older indices may already be closed.
    /// </summary>
    public TimeSpan ClockBehindMax { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Gets how far ahead a sender's clock may be to be trusted, 1 min to 7 d.</summary>
    public TimeSpan ClockAheadMax { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Gets the name of this collector in its events and states.</summary>
    public string Observer { get; init; } = Environment.MachineName;

    /// <summary>Gets the naming and the retention of the indices.</summary>
    public IndexSettings Indices { get; init; } = new();

    /// <summary>Gets a value indicating whether a host is configured.</summary>
    public bool IsEnabled => Hosts.Count > 0;

    /// <summary>Lists inconsistent values; the options check the range of each.</summary>
    public IEnumerable<string> Validate()
    {
        if (Hosts.Any(static host => host.Query.Length > 0 || host.UserInfo.Length > 0))
        {
            yield return "OpenSearch:Nodes must be addresses without user, password or query; the user is "
                + "OpenSearch:User, the password in OpenSearch:PasswordFile.";
        }

        if ((User is null) != (PasswordFile is null))
        {
            yield return "OpenSearch:User and OpenSearch:PasswordFile must be set together.";
        }

        if (User is not null && TokenFile is not null)
        {
            yield return "OpenSearch:TokenFile and OpenSearch:User exclude each other: set only one.";
        }

        if ((ClientCertificateFile is null) != (ClientKeyFile is null))
        {
            yield return "OpenSearch:ClientCertificateFile and OpenSearch:ClientKeyFile must be set together.";
        }

        foreach (var problem in Indices.Validate(ClockBehindMax))
        {
            yield return problem;
        }
    }
}
