using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>Where the built programs are.</summary>
internal static class Programs
{
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;

    public static string Agent => Of("NodeTelemetry.Agent", "nodetelemetry-agent");

    /// <summary>The agent as it is shipped, which the checks of a unit need: just-in-time compilation is forbidden there.</summary>
    public static string NativeAgentOrSkip()
    {
        var rid = "linux-" + System.Runtime.InteropServices.RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
        var path = Environment.GetEnvironmentVariable("NODETELEMETRY_NATIVE_AGENT")
            ?? Path.Combine(RepositoryRoot.Path, $"artifacts/publish/NodeTelemetry.Agent/release_{rid}/nodetelemetry-agent");
        Assert.SkipUnless(
            File.Exists(path),
            $"There is no native agent at {path}; create it with: dotnet publish agent -c Release -r {rid} -p:NativeAgent=true");
        return path;
    }

    public static string Collector => Of("NodeTelemetry.Collector", "nodetelemetry-collector");

    public static string Demo => Of("NodeTelemetry.Demo", "NodeTelemetry.Demo");

    public static string Benchmarks => Of("NodeTelemetry.Benchmarks", "NodeTelemetry.Benchmarks");

    public static string Page => Path.Combine(Path.GetDirectoryName(Collector)!, "wwwroot", "index.html");

    private static string Of(string project, string program) =>
        Path.Combine(RepositoryRoot.Path, "artifacts", "bin", project, Configuration, program);
}
