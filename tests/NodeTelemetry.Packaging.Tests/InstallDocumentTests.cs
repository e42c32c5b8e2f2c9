using System.Text.RegularExpressions;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Packaging.Tests;

/// <summary>The lines of <c>docs/install.md</c>: those for Debian are run as they stand, the files that others name exist.</summary>
public sealed partial class InstallDocumentTests
{
    private const int GuestHost = 1;
    private const string Name = "first-minute";

    /// <summary>What a Raspberry Pi OS has and the guest has not.</summary>
    private const string Shims =
        """
        set -e
        sudo() { "$@"; }
        curl() { python3 -c 'import sys, urllib.request; open(sys.argv[1], "wb").write(urllib.request.urlopen(sys.argv[2]).read())' "$2" "$3"; }
        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static string Document => File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs/install.md"));

    [Fact]
    public async Task The_lines_for_Debian_install_agent_and_collector()
    {
        Assert.SkipWhen(DebianGuest.Obstacle is not null, DebianGuest.Obstacle ?? string.Empty);
        Packages.Require("reprepro", "reprepro");
        var packages = await Packages.FirstAsync();
        await using var lab = await NetworkLab.CreateAsync(1);
        await using var guest = await DebianGuest.StartAsync(lab, GuestHost, Name);
        await using var key = await SigningKey.CreateAsync();
        await Packages.RunAsync(
            [
                Path.Combine(RepositoryRoot.Path, "packaging/apt-repository"), Path.Combine(guest.Share, "apt"), SigningKey.Id,
                .. Directory.GetFiles(packages, "*.deb"),
            ],
            key.Environment);
        await guest.ShellAsync("rm -rf /etc/apt/sources.list*/* /etc/apt/sources.list");

        var lines = GetLines("Raspberry Pi OS, Debian, Ubuntu").Replace("http://server.lan/", "file:///srv/share/", StringComparison.Ordinal);
        await guest.ShellAsync($"{Shims}\n{lines}");

        var nodes = string.Empty;
        await Eventually.TrueAsync(
            async () =>
            {
                nodes = (await guest.TryRunAsync(
                    "python3", "-c", "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8077/api/nodes').read().decode())")).Output;
                return nodes.Contains($"\"{Name}\"", StringComparison.Ordinal);
            },
            Deadline,
            () => nodes);
    }

    [Fact]
    public void Every_file_of_the_repository_that_a_line_names_exists() => Assert.All(
        RepositoryFile.Matches(Document).Select(static match => match.Value),
        static path => Assert.True(Path.Exists(Path.Combine(RepositoryRoot.Path, path)), path));

    [GeneratedRegex(@"\bdeploy/[\w./-]*\w")]
    private static partial Regex RepositoryFile { get; }

    private static string GetLines(string heading)
    {
        var section = Document[Document.IndexOf($"## {heading}\n", StringComparison.Ordinal)..];
        var start = section.IndexOf("```sh\n", StringComparison.Ordinal) + "```sh\n".Length;
        return section[start..section.IndexOf("```\n", start, StringComparison.Ordinal)];
    }
}
