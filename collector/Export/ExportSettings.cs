using NodeTelemetry.Collector.Export.Indices;

namespace NodeTelemetry.Collector.Export;

/// <summary>Plain values that the export works with; the composition root fills them from the options.</summary>
internal sealed record ExportSettings
{
    /// <summary>
    /// Gets the addresses of OpenSearch, tried in turn: <c>http://</c> or <c>https://</c>, without user or query. None:
    /// no export.
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

    /// <summary>
    /// Gets a PEM file of the certificate by which the collector makes itself known, with its chain.
    /// </summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>Gets a PEM file of that certificate's key, without a passphrase.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>Gets the most bulk requests at once, 1 to 16; OpenSearch works on as many as it has cores.</summary>
    public int ConcurrencyMax { get; init; } = 4;

    /// <summary>Gets a value indicating whether bodies are sent compressed.</summary>
    public bool Compress { get; init; } = true;

    /// <summary>Gets a value indicating whether the index template is put by the collector.</summary>
    public bool ManageTemplate { get; init; } = true;

    /// <summary>
    /// Gets the time for one request, 5 s to 10 min; the server itself is told to answer within half of it.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets the time to connect, 1 s to 1 min.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the longest pause between attempts, 1 s to 10 min.</summary>
    public TimeSpan RetryDelayMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets how far behind a sender's clock may be to be believed, 1 h to 30 d: older indices may be closed already.
    /// </summary>
    public TimeSpan ClockBehindMax { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Gets how far ahead a sender's clock may be to be believed, 1 min to 7 d.</summary>
    public TimeSpan ClockAheadMax { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Gets the name by which this collector's events and states are known.</summary>
    public string Observer { get; init; } = Environment.MachineName;

    /// <summary>Gets how the indices are named and kept.</summary>
    public IndexSettings Indices { get; init; } = new();

    /// <summary>Gets a value indicating whether there is anywhere to export to.</summary>
    public bool IsEnabled => Hosts.Count > 0;

    /// <summary>Lists which values do not fit together; the range of each is the options' own.</summary>
    public IEnumerable<string> Validate()
    {
        if (Hosts.Any(static host => host.Query.Length > 0 || host.UserInfo.Length > 0))
        {
            yield return "OpenSearch:Nodes must be addresses without user, password or query; the user is "
                + "OpenSearch:User, the password in OpenSearch:PasswordFile.";
        }

        if ((User is null) != (PasswordFile is null))
        {
            yield return "OpenSearch:User and OpenSearch:PasswordFile belong together.";
        }

        if (User is not null && TokenFile is not null)
        {
            yield return "OpenSearch:TokenFile stands in place of OpenSearch:User and PasswordFile; give one.";
        }

        if ((ClientCertificateFile is null) != (ClientKeyFile is null))
        {
            yield return "OpenSearch:ClientCertificateFile and OpenSearch:ClientKeyFile belong together.";
        }

        foreach (var problem in Indices.Validate(ClockBehindMax))
        {
            yield return problem;
        }
    }
}
