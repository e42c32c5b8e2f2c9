namespace NodeTelemetry.Collector.Options;

/// <summary>Which options need OpenSSL: those that use TLS or certificates, and mail.</summary>
internal static class OpenSslUsers
{
    /// <summary>Lists the options by their names.</summary>
    public static IEnumerable<string> Find(CollectorOptions options)
    {
        if (options.Http.CertificateFile is not null)
        {
            yield return "Http:CertificateFile";
        }

        var search = options.OpenSearch;
        if (search.IsEnabled && search.Hosts.Any(IsEncrypted))
        {
            yield return "OpenSearch:Nodes (https)";
        }

        if (search.Indices.Dashboards is { } dashboards && IsEncrypted(dashboards))
        {
            yield return "OpenSearch:Dashboards (https)";
        }

        if (search.CaFile is not null)
        {
            yield return "OpenSearch:CaFile";
        }

        if (search.ClientCertificateFile is not null)
        {
            yield return "OpenSearch:ClientCertificateFile";
        }

        foreach (var channel in options.Alerts.Channels.Where(static channel => channel.NeedsOpenSsl))
        {
            yield return $"Alerts:Channels:{channel.Name}";
        }
    }

    private static bool IsEncrypted(Uri address) => address.Scheme == Uri.UriSchemeHttps;
}
