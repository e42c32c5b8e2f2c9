using NodeTelemetry.Collector.Options;
using NodeTelemetry.Hosting.Commands;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Options;

public sealed class OpenSslUsersTests
{
    [Fact]
    public void Nothing_that_is_unencrypted_needs_it()
    {
        var options = Read(
            """
            {
              "Http": { "Address": "0.0.0.0", "User": "u" },
              "OpenSearch": { "Nodes": "http://search:9200", "Dashboards": "http://search:5601" },
              "Alerts": { "Channels": {
                "hook": { "Type": "webhook", "Address": "http://chat/hook" },
                "off": { "Type": "webhook", "Address": "https://chat/hook", "Enabled": false }
              } }
            }
            """);
        Assert.Empty(OpenSslUsers.Find(options));
    }

    [Fact]
    public void TLS_certificates_and_mail_need_it()
    {
        using var folder = new TempFolder();
        using var authority = new TestAuthority();
        authority.Write(folder["ca.pem"]);
        var options = Read(
            $$"""
            {
              "Http": { "CertificateFile": "{{folder["ca.pem"]}}" },
              "OpenSearch": {
                "Nodes": "https://search:9200,http://search:9200", "Dashboards": "https://search:5601",
                "CaFile": "{{folder["ca.pem"]}}", "ClientCertificateFile": "{{folder["ca.pem"]}}"
              },
              "Alerts": { "Channels": {
                "hook": { "Type": "webhook", "Address": "https://chat/hook" },
                "private": { "Type": "ntfy", "Address": "http://chat/hook", "CaFile": "{{folder["ca.pem"]}}" },
                "mail": { "Type": "smtp", "Host": "mail", "From": "a@b.example", "To": "c@d.example", "StartTls": false }
              } }
            }
            """);
        Assert.Equal(
            [
                "Http:CertificateFile", "OpenSearch:Nodes (https)", "OpenSearch:Dashboards (https)", "OpenSearch:CaFile",
                "OpenSearch:ClientCertificateFile", "Alerts:Channels:hook", "Alerts:Channels:private", "Alerts:Channels:mail",
            ],
            OpenSslUsers.Find(options));
    }

    private static CollectorOptions Read(string json)
    {
        using var folder = new TempFolder();
        folder.Write("collector.json", json);
        var sources = new OptionSources(CollectorOptionTable.All.Definitions);
        sources.AddFile(folder["collector.json"], isRequired: true);
        return CollectorConfiguration.Read(sources).Options;
    }
}
