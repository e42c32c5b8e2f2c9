using System.Net.Http.Headers;
using System.Net.Http.Json;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>A machine without OpenSSL or SQLite: their libraries are covered in a mount namespace.</summary>
public sealed class MissingLibraryTests
{
    private const string WithoutOpenSsl =
        """
        for file in $(ldconfig -p | sed -n 's/.*lib\(ssl\|crypto\)\.so\.[0-9.]* .*=> //p'); do mount --bind /dev/null $(readlink -f $file); done
        exec "$@"
        """;

    private const string Token = "0123456789abcdef";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>The runtime itself would abort at the first use, with a message that names no package.</summary>
    [Fact]
    public async Task Without_OpenSSL_the_collector_names_the_package_and_the_options_that_need_it()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root for a mount namespace");
        using var folder = new TempFolder();
        using var authority = new TestAuthority();
        authority.Write(folder["ca.pem"]);
        var (code, output) = await TestProcess.RunAsync(
            [
                .. Without(Programs.Collector), "--check-config", "--opensearch-nodes", "https://127.0.0.1:9200", "--opensearch-ca-file",
                folder["ca.pem"], "--http-certificate-file", folder["ca.pem"],
            ],
            Deadline);
        Assert.True(code == 78, output);
        Assert.Equal(
            "nodetelemetry-collector: OpenSSL is missing (libssl.so.3), which Http:CertificateFile, OpenSearch:Nodes (https), OpenSearch:CaFile need. "
            + "Install it: apt-get install libssl3 (libssl3t64 on newer Debian and Ubuntu), dnf install openssl-libs, pacman -S openssl, apk add libssl3.",
            output.Trim());
    }

    /// <summary>Signatures, a login to the page, webhooks and the export without TLS need no OpenSSL.</summary>
    [Fact]
    public async Task Without_OpenSSL_everything_else_works()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root for a mount namespace");
        using var folder = new TempFolder();
        await using var search = await FakeOpenSearch.StartAsync();
        await using var hook = await HttpRecorder.StartAsync();
        var (keyCode, keyOutput) = await TestProcess.RunAsync([Programs.Agent, "key", "new", folder["keys"], "node"], Deadline);
        Assert.True(keyCode == 0, keyOutput);
        folder.Write("token", Token);
        folder.Write(
            "collector.json",
            $$"""
            { "Http": { "TokenFile": "{{folder["token"]}}" }, "OpenSearch": { "Nodes": "{{search.Address}}" },
              "Trust": { "Signatures": "require", "KeysFile": "{{folder["keys"]}}" },
              "Alerts": { "Channels": {
                "hook": { "Type": "webhook", "Address": "{{hook.Address}}" } } } }
            """);
        string[] options = ["--config", folder["collector.json"]];

        var (code, output) = await TestProcess.RunAsync([.. Without(Programs.Collector), "test-alert", .. options], Deadline);
        Assert.True(code == 0, output);
        Assert.Equal(2, hook.Requests.Count);

        var port = CollectorProcess.FreeUdpPort();
        await using var collector = await CollectorProcess.StartAsync(Without(Programs.Collector), folder, port, options);
        await using var agent = AgentProcess.StartOnLoopback("node", port, "--interval", "100ms", "--key-file", folder["keys"]);
        await collector.WaitForHealthAsync("node", "up", Deadline);
        await Eventually.TrueAsync(() => Task.FromResult(search.Count > 0), Deadline, () => collector.Process.Output);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var silence = await client.PostAsJsonAsync(
            new Uri(collector.Address, "api/silences"), new { matchers = new { hostname = "node" }, until = TimeProvider.System.GetUtcNow().AddHours(1), author = "a", comment = "c" });
        Assert.True(silence.IsSuccessStatusCode, await silence.Content.ReadAsStringAsync());
        collector.Process.Terminate();
        Assert.Equal(0, await collector.Process.WaitForExitAsync(Deadline));
    }

    /// <summary>As on Debian 11, whose own SQLite is too old, and whose C library is too old for the bundled one.</summary>
    [Fact]
    public async Task Without_SQLite_the_collector_names_the_package()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root for a mount namespace");
        const string WithoutSqlite =
            """
            for file in $(ldconfig -p | sed -n 's/.*libsqlite3\.so\.0 .*=> //p') $(find "$(dirname "$1")" -name libe_sqlite3.so); do
              mount --bind /dev/null $(readlink -f $file)
            done
            exec "$@"
            """;
        var (code, output) = await TestProcess.RunAsync(
            ["unshare", "--mount", "sh", "-c", WithoutSqlite, "sh", Programs.Collector, "--database-path", "/nonexistent"], Deadline);
        Assert.True(code == 1, output);
        Assert.StartsWith("nodetelemetry-collector: SQLite cannot be loaded: libsqlite3.so.0 of 3.38 or newer is missing", output, StringComparison.Ordinal);
        Assert.Contains("apt-get install libsqlite3-0", output, StringComparison.Ordinal);
    }

    private static string[] Without(string program) => ["unshare", "--mount", "sh", "-c", WithoutOpenSsl, "sh", program];
}
