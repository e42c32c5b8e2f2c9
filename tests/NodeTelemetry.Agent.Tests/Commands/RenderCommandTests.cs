using NodeTelemetry.Agent.Displays;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Commands;

/// <summary>The command <c>render</c> as a process.</summary>
public sealed class RenderCommandTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task All_pages_of_this_machine_are_written_and_named()
    {
        var (code, output) = await RunAsync("--output", _folder.Path);

        Assert.Equal(0, code);
        var expected = DisplayModel.Enviro.Pages.Select(page => _folder[$"enviro-{page.Name}.png"]);
        Assert.Equal(expected, output.Trim().Split('\n'));
        Assert.All(expected, static path => Assert.True(new FileInfo(path).Length > 1000, path));
    }

    [Theory]
    [InlineData("enviro", "node", "enviro-mini")]
    [InlineData("sense-hat", "cores", "hot")]
    [InlineData("sense-hat", "air", "cold")]
    public async Task A_page_of_a_given_sample_is_the_one_that_the_panel_shows(
        string display, string page, string sample)
    {
        var (code, output) = await RunAsync(
            "--from", Sample(sample), "--display", display, $"--page={page}", "--scale", "1", "--output",
            _folder["page.png"]);

        Assert.Equal((0, _folder["page.png"]), (code, output.Trim()));
        Assert.Equal(
            File.ReadAllBytes(RepositoryRoot.Fixture("displays", display, $"{page}-{sample}.png")),
            File.ReadAllBytes(_folder["page.png"]));
    }

    [Fact]
    public async Task A_sample_with_a_Sense_HAT_is_drawn_for_its_display()
    {
        var (_, output) = await RunAsync("--from", Sample("sense-hat"), "--output", _folder.Path);

        Assert.Equal(
            DisplayModel.SenseHat.Pages.Select(page => _folder[$"sense-hat-{page.Name}.png"]),
            output.Trim().Split('\n'));
    }

    [Theory]
    [InlineData(64, "--page: enviro has no page \"x\"", "--page", "x")]
    [InlineData(64, "--scale: \"0\"", "--scale", "0")]
    [InlineData(64, "--from: a value is missing", "--from")]
    [InlineData(66, "cannot be read", "--from", "/nonexistent")]
    [InlineData(65, "is not a sample", "--from", "/etc/hosts")]
    [InlineData(73, "cannot be written", "--page", "node", "--output", "/nonexistent/x.png")]
    [InlineData(78, "--nosuch", "--nosuch")]
    public async Task What_is_wrong_is_said_with_what_to_do(int expected, string words, params string[] arguments)
    {
        var (code, output) = await RunAsync(arguments);

        Assert.Contains(words, output, StringComparison.Ordinal);
        Assert.Equal(expected, code);
    }

    private static string Sample(string name) => RepositoryRoot.Fixture("displays", name + ".json");

    private static Task<(int Code, string Output)> RunAsync(params string[] arguments) =>
        TestProcess.RunAsync(
            [Path.Combine(AppContext.BaseDirectory, "nodetelemetry-agent"), "render", .. arguments], Deadline);
}
