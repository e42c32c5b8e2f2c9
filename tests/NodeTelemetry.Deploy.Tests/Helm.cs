using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Deploy.Tests;

/// <summary>Helm, and the chart.</summary>
internal static class Helm
{
    private static readonly string Program = Path.Combine(RepositoryRoot.Path, "artifacts/helm/helm");

    /// <summary>Gets the folder of the chart.</summary>
    public static string Chart { get; } = Path.Combine(RepositoryRoot.Path, "deploy/helm/nodetelemetry");

    /// <summary>Skips a test without Helm.</summary>
    public static void Require() => Assert.SkipUnless(File.Exists(Program), $"{Program} is missing; fetch it with: tests/helm/prepare");

    /// <summary>Runs Helm.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        Require();
        return TestProcess.RunAsync([Program, .. arguments], Commands.Deadline);
    }

    /// <summary>Renders the chart with values, each as in <c>--set-json</c>.</summary>
    public static async Task<string> RenderAsync(params string[] values)
    {
        var (code, output) = await RunAsync(
            ["template", "test", Chart, "--namespace", "monitoring", .. values.SelectMany(static value => new[] { "--set-json", value })]);
        return code == 0 ? output : throw new InvalidOperationException(output);
    }
}
