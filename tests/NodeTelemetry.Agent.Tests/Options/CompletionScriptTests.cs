using NodeTelemetry.Agent.Options;
using NodeTelemetry.Hosting.Commands;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Options;

public sealed class CompletionScriptTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Runs the real bash, as for the tab key.</summary>
    [Theory]
    [InlineData("d", "doctor")]
    [InlineData("--interf", "--interface")]
    [InlineData("run --metrics", "--metrics-listen")]
    [InlineData("completion f", "fish")]
    [InlineData("run --log-level w", "warning")]
    [InlineData("--check", "--check-config")]
    [InlineData("render --pag", "--page")]
    [InlineData("run --interface l", "lo")]
    [InlineData("run --port ", "")]
    [InlineData("run d", "")]
    public async Task Bash_completes(string typed, string expected)
    {
        using var folder = new TempFolder();
        folder.Write("script", CompletionScript.Write(AgentCommands.Program, "bash")!);
        folder.Write("test", $$"""
            source {{folder["script"]}}
            line='nodetelemetry-agent {{typed}}'
            IFS=' ' read -ra COMP_WORDS <<< "$line"
            [[ $line == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            $(complete -p nodetelemetry-agent | sed -E 's/.*-F ([^ ]+).*/\1/')
            echo "${COMPREPLY[*]}"
            """);

        var (code, output) = await TestProcess.RunAsync(["bash", folder["test"]], Deadline);

        Assert.Equal((0, expected), (code, output.Trim()));
    }

    [Theory]
    [InlineData("bash", "bash")]
    [InlineData("zsh", "zsh")]
    [InlineData("fish", "fish")]
    public async Task Every_shell_can_parse_its_script_and_it_has_every_option(string shell, string program)
    {
        var script = CompletionScript.Write(AgentCommands.Program, shell)!;
        Assert.All(AgentOptionTable.All.Definitions, option => Assert.Contains(option.Switch[2..], script, StringComparison.Ordinal));

        Assert.SkipUnless(File.Exists($"/usr/bin/{program}"), $"{program} is missing: apt-get install {program}");
        using var folder = new TempFolder();
        folder.Write("script", script);
        var (code, output) = await TestProcess.RunAsync([program, "-n", folder["script"]], Deadline);
        Assert.True(code == 0, output);
    }

    [Fact]
    public void Other_shells_have_none() => Assert.Null(CompletionScript.Write(AgentCommands.Program, "tcsh"));
}
