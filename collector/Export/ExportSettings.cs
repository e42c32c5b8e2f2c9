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

    /// <summary>Gets the file that holds the user's password; read again when the server refuses it.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>
    /// Gets a PEM file of the authority that signed the servers' certificates; <see langword="null"/> for the system's.
    /// </summary>
    public string? CaFile { get; init; }

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

    /// <summary>Gets a value indicating whether there is anywhere to export to.</summary>
    public bool IsEnabled => Hosts.Count > 0;

    /// <summary>Lists what is wrong with the values; nothing when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (var host in Hosts)
        {
            if (!host.IsAbsoluteUri || host.Scheme is not ("http" or "https")
                || host.Query.Length > 0 || host.UserInfo.Length > 0)
            {
                yield return "OpenSearch:Nodes must be http:// or https:// addresses without user, password or query.";
            }
        }

        if ((User is null) != (PasswordFile is null))
        {
            yield return "OpenSearch:User and OpenSearch:PasswordFile belong together.";
        }

        if (RequestTimeout < TimeSpan.FromSeconds(5) || RequestTimeout > TimeSpan.FromMinutes(10))
        {
            yield return "OpenSearch:RequestTimeout must be 5 s to 10 min.";
        }

        if (ConnectTimeout < TimeSpan.FromSeconds(1) || ConnectTimeout > TimeSpan.FromMinutes(1))
        {
            yield return "OpenSearch:ConnectTimeout must be 1 s to 1 min.";
        }

        if (RetryDelayMax < TimeSpan.FromSeconds(1) || RetryDelayMax > TimeSpan.FromMinutes(10))
        {
            yield return "OpenSearch:RetryDelayMax must be 1 s to 10 min.";
        }

        if (ClockBehindMax < TimeSpan.FromHours(1) || ClockBehindMax > TimeSpan.FromDays(30))
        {
            yield return "OpenSearch:ClockBehindMax must be 1 h to 30 d.";
        }

        if (ClockAheadMax < TimeSpan.FromMinutes(1) || ClockAheadMax > TimeSpan.FromDays(7))
        {
            yield return "OpenSearch:ClockAheadMax must be 1 min to 7 d.";
        }
    }
}
