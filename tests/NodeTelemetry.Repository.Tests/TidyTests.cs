using System.Globalization;
using System.Text.RegularExpressions;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Repository.Tests;

/// <summary>What reviewers would otherwise have to remember.</summary>
public sealed partial class TidyTests
{
    private const int LinesMax = 500;
    private const int ColumnsMax = 120;

    /// <summary>Files that may be longer, each with its reason.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    /// <summary>The range of event ids of each folder; style 2.7.</summary>
    private static readonly (string Prefix, int First, int Last)[] EventRanges =
    [
        ("shared/Hosting/", 1000, 1099),
        ("agent/Kernel/", 1000, 1099),
        ("agent/Samplers/", 1000, 1199),
        ("agent/Sampling/", 1200, 1299),
        ("agent/Transport/", 1300, 1399),
        ("agent/Exposition/", 1400, 1499),
        ("agent/Displays/", 1500, 1599),
        ("agent/", 1000, 1999),
        ("collector/Ingest/", 2100, 2199),
        ("collector/Nodes/", 2200, 2299),
        ("collector/Storage/", 2300, 2399),
        ("collector/Export/", 2400, 2499),
        ("collector/Alerts/", 2500, 2599),
        ("collector/Dashboard/", 2600, 2699),
        ("collector/", 2000, 2099),
    ];

    [Fact]
    public void No_source_file_is_too_long()
    {
        var tooLong = SourceFiles.EndingWith(".cs")
            .Where(path => !LongFiles.ContainsKey(path))
            .Select(path => (Path: path, Lines: SourceFiles.Read(path).Split('\n').Length))
            .Where(static file => file.Lines > LinesMax);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_line_of_the_product_is_too_wide()
    {
        var tooWide = SourceFiles.Product
            .SelectMany(static path => SourceFiles.Read(path).Split('\n').Select((line, index) => (path, index, line.Length)))
            .Where(static line => line.Length > ColumnsMax)
            .Select(static line => $"{line.path}:{line.index + 1} has {line.Length} columns");

        Assert.Empty(tooWide);
    }

    [Fact]
    public void Every_event_id_is_used_once_and_in_its_folders_range()
    {
        var seen = new Dictionary<int, string>();
        var wrong = new List<string>();
        foreach (var path in SourceFiles.Product)
        {
            foreach (Match match in LoggerMessageId().Matches(SourceFiles.Read(path)))
            {
                var id = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
                var (prefix, first, last) = EventRanges.First(range => path.StartsWith(range.Prefix, StringComparison.Ordinal));
                if (id < first || id > last)
                {
                    wrong.Add($"{path}: {id} is not within {first} to {last} of {prefix}");
                }

                if (!seen.TryAdd(id, path))
                {
                    wrong.Add($"{path}: {id} is also in {seen[id]}");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.NotEmpty(seen);
    }

    [Fact]
    public void Log_messages_stand_in_files_of_their_own()
    {
        var wrong = SourceFiles.Product.Where(static path =>
            !path.EndsWith(".Log.cs", StringComparison.Ordinal)
            && SourceFiles.Read(path).Contains("[LoggerMessage(", StringComparison.Ordinal));

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("[DllImport", "use LibraryImport", "shared/Compat/", ".Mono.cs")]
    [InlineData("#region", "split the file instead")]
    [InlineData(".GetAwaiter().GetResult()", "await it")]
    [InlineData("async void", "it cannot be awaited")]
    public void The_product_does_not_use(string text, string instead, params string[] except)
    {
        var wrong = SourceFiles.Product
            .Where(path => !except.Any(part => path.Contains(part, StringComparison.Ordinal)))
            .Where(path => SourceFiles.Read(path).Contains(text, StringComparison.Ordinal))
            .Select(path => $"{path} uses {text}: {instead}");

        Assert.Empty(wrong);
    }

    [Fact]
    public void Nothing_is_left_to_do_without_a_link()
    {
        var word = "TO" + "DO";
        var wrong = SourceFiles.EndingWith(".cs").Concat(SourceFiles.EndingWith(".ts")).Concat(SourceFiles.EndingWith(".md"))
            .SelectMany(path => SourceFiles.Read(path).Split('\n').Select((line, index) => (path, index, line)))
            .Where(entry => entry.line.Contains(word, StringComparison.Ordinal) && !entry.line.Contains("http", StringComparison.Ordinal))
            .Select(static entry => $"{entry.path}:{entry.index + 1}");

        Assert.Empty(wrong);
    }

    [Fact]
    public void Versions_stand_in_one_file()
    {
        var wrong = SourceFiles.EndingWith(".csproj")
            .Where(static path => PackageVersion().IsMatch(SourceFiles.Read(path)));

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_root_holds_what_it_may()
    {
        string[] allowed =
        [
            ".ci", ".config", ".editorconfig", ".git", ".gitattributes", ".gitignore", "agent", "artifacts", "build.ps1", "build.sh", "BannedSymbols.txt",
            "CHANGELOG.md", "collector", "CONTRIBUTING.md", "deploy", "docs", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props",
            "global.json", "LICENSE", "NodeTelemetry.sln", "packaging", "README.md", "shared", "systemd", "tests",
        ];
        var found = new DirectoryInfo(RepositoryRoot.Path).EnumerateFileSystemInfos().Select(static entry => entry.Name);

        Assert.Empty(found.Except(allowed));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = SourceFiles.Read("NodeTelemetry.sln").Replace('\\', '/');
        Assert.All(SourceFiles.EndingWith(".csproj"), project => Assert.Contains(project, solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Both_build_scripts_have_the_same_verbs_with_the_same_help()
    {
        var shell = ShellVerb().Matches(SourceFiles.Read("build.sh")).Select(static match => (match.Groups[1].Value, match.Groups[2].Value));
        var power = PowerVerb().Matches(SourceFiles.Read("build.ps1")).Select(static match => (match.Groups[1].Value, match.Groups[2].Value));

        Assert.NotEmpty(shell);
        Assert.Equal(shell, power);
    }

    [Fact]
    public void Fixture_files_and_documents_hold_no_path_of_somebodys_machine()
    {
        var wrong = SourceFiles.EndingWith(".md").Concat(SourceFiles.EndingWith(".cs")).Concat(SourceFiles.EndingWith(".sh"))
            .Where(static path => HomePath().IsMatch(SourceFiles.Read(path)));

        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(\d+)")]
    private static partial Regex LoggerMessageId();

    [GeneratedRegex("<PackageReference [^>]*Version=")]
    private static partial Regex PackageVersion();

    [GeneratedRegex(@"^([a-z]+)\) # (.*)$", RegexOptions.Multiline)]
    private static partial Regex ShellVerb();

    [GeneratedRegex(@"^'([a-z]+)' \{ # (.*)$", RegexOptions.Multiline)]
    private static partial Regex PowerVerb();

    [GeneratedRegex(@"/(?:home|Users)/\w+/|/(?:root)/")]
    private static partial Regex HomePath();
}
