using System.Text.RegularExpressions;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Repository.Tests;

/// <summary><c>build.sh</c> and <c>build.ps1</c> offer the same. PowerShell comes from the tool manifest.</summary>
public sealed partial class BuildScriptTests
{
    private const int Usage = 64;
    private const int Missing = 3;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PublishDeadline = TimeSpan.FromMinutes(30);
    private static readonly string[] PowerShell = ["dotnet", "pwsh", "-NoProfile", "-NonInteractive"];

    private static readonly Lazy<string?> Obstacle = new(static () => RunAsync([.. PowerShell, "-Version"]).GetAwaiter().GetResult() is (0, _)
        ? null
        : "PowerShell is missing; install it with: dotnet tool restore");

    [Fact]
    public void Both_scripts_have_the_same_verbs_with_the_same_text()
    {
        var shell = ShellVerb().Matches(SourceFiles.Read("build.sh")).Select(static match => (match.Groups[1].Value, match.Groups[2].Value));
        var power = PowerVerb().Matches(SourceFiles.Read("build.ps1")).Select(static match => (match.Groups[1].Value, match.Groups[2].Value));

        Assert.NotEmpty(shell);
        Assert.Equal(shell, power);
    }

    [Fact]
    public void Both_scripts_look_for_the_same_tools_and_name_the_same_packages()
    {
        var shell = ShellTool().Matches(SourceFiles.Read("build.sh")).Select(static match => match.Groups[1].Value);
        var power = PowerTool().Matches(SourceFiles.Read("build.ps1")).Select(static match => match.Groups[1].Value);

        Assert.NotEmpty(shell);
        Assert.Equal(shell.Order(), power.Order());
    }

    [Fact]
    public async Task Both_scripts_print_the_same_help()
    {
        SkipWithoutPowerShell();
        var (shellCode, shellHelp) = await RunAsync(["./build.sh", "help"]);
        var (powerCode, powerHelp) = await RunAsync([.. PowerShell, "-File", "build.ps1", "help"]);

        Assert.Equal((0, 0), (shellCode, powerCode));
        Assert.Contains("\tA collector and an agent on this machine", shellHelp, StringComparison.Ordinal);
        Assert.Equal(shellHelp, powerHelp.Replace("build.ps1", "build.sh", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Both_scripts_answer_an_unknown_verb_with_their_help()
    {
        SkipWithoutPowerShell();
        foreach (var command in (string[][])[["./build.sh"], [.. PowerShell, "-File", "build.ps1"]])
        {
            var (code, output) = await RunAsync([.. command, "nonsense"]);
            Assert.Equal(Usage, code);
            Assert.Contains("\tA collector and an agent on this machine", output, StringComparison.Ordinal);
        }
    }

    /// <summary>Every verb of its own first looks for what it needs.</summary>
    [Theory]
    [InlineData("run")]
    [InlineData("demo")]
    [InlineData("test")]
    [InlineData("publish")]
    [InlineData("bench")]
    public async Task Both_scripts_name_a_missing_tool_and_its_package(string verb)
    {
        SkipWithoutPowerShell();
        using var folder = new TempFolder();
        foreach (var tool in (string[])["bash", "dirname", "sed", "uname", "env"])
        {
            var (_, path) = await RunAsync(["sh", "-c", $"command -v {tool}"]);
            File.CreateSymbolicLink(folder[tool], path.Trim());
        }

        foreach (var command in (string[][])
        [
            ["env", $"PATH={folder.Path}", "./build.sh", verb],
            [.. PowerShell, "-Command", $"$env:PATH = ''; ./build.ps1 {verb}; exit $LASTEXITCODE"],
        ])
        {
            var (code, output) = await RunAsync(command);
            Assert.True(code == Missing, $"{string.Join(' ', command)} exits with {code}: {output}");
            Assert.Contains("'dotnet' is missing. Install it with: ", output, StringComparison.Ordinal);
        }
    }

    /// <summary>After <c>./build.sh test</c> everything is compiled, so this links and copies only. CI runs it.</summary>
    [Fact]
    public async Task The_PowerShell_script_publishes_agent_and_collector()
    {
        SkipWithoutPowerShell();
        Assert.SkipWhen(
            Environment.GetEnvironmentVariable("NODETELEMETRY_TEST_SCRIPTS") is null,
            "takes minutes where nothing is compiled yet; run it with NODETELEMETRY_TEST_SCRIPTS=1");
        var (code, output) = await TestProcess.RunAsync(
            [.. PowerShell, "-File", "build.ps1", "publish"], PublishDeadline, folder: RepositoryRoot.Path);

        Assert.True(code == 0, output);
        foreach (var program in (string[])["agent", "collector"])
        {
            var path = $"artifacts/publish/{program}/nodetelemetry-{program}";
            Assert.Matches($@"\d,\d{{3}} \S*{path}", output);
            var (versionCode, version) = await RunAsync([path, "--version"]);
            Assert.True(versionCode == 0, version);
        }
    }

    private static void SkipWithoutPowerShell() => Assert.SkipWhen(Obstacle.Value is not null, Obstacle.Value ?? string.Empty);

    private static Task<(int ExitCode, string Output)> RunAsync(IReadOnlyList<string> command) =>
        TestProcess.RunAsync(command, Deadline, folder: RepositoryRoot.Path);

    [GeneratedRegex(@"^([a-z]+)\) # (.*)$", RegexOptions.Multiline)]
    private static partial Regex ShellVerb();

    [GeneratedRegex(@"^'([a-z]+)' \{ # (.*)$", RegexOptions.Multiline)]
    private static partial Regex PowerVerb();

    [GeneratedRegex(@"\b(?:need|wish) (\S+ '[^']+'(?: '[^']+')?)")]
    private static partial Regex ShellTool();

    [GeneratedRegex(@"\b(?:Need|Wish) (\S+ '[^']+'(?: '[^']+')?)")]
    private static partial Regex PowerTool();
}
