using NodeTelemetry.TestKit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>Where the built programs are.</summary>
internal static class Programs
{
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;

    /// <summary>Gets the native agent, where it was compiled.</summary>
    public static string Agent => NativeAgent.Program;

    /// <summary>Gets the native collector, where it was compiled.</summary>
    public static string Collector => NativeCollector.Program;

    public static string Demo => Of("NodeTelemetry.Demo", "NodeTelemetry.Demo");

    public static string Benchmarks => Of("NodeTelemetry.Benchmarks", "NodeTelemetry.Benchmarks");

    public static string Page => Path.Combine(Path.GetDirectoryName(Collector)!, "wwwroot", "index.html");

    private static string Of(string project, string program) =>
        Path.Combine(RepositoryRoot.Path, "artifacts", "bin", project, Configuration, program);
}
