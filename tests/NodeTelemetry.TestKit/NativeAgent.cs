using System.Runtime.InteropServices;

namespace NodeTelemetry.TestKit;

/// <summary>The agent as it is shipped: compiled natively, by the build script or by hand.</summary>
public static class NativeAgent
{
    private static readonly string Rid = "linux-" + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    /// <summary>Gets the path of the program, which the environment can change.</summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("NODETELEMETRY_NATIVE_AGENT")
        ?? System.IO.Path.Combine(
            RepositoryRoot.Path, $"artifacts/publish/NodeTelemetry.Agent/release_{Rid}/nodetelemetry-agent");

    /// <summary>Gets why it cannot be run; <see langword="null"/> if it can.</summary>
    public static string? Obstacle { get; } = File.Exists(Path)
        ? null
        : $"There is no native agent at {Path}; create it with: dotnet publish agent -c Release -r {Rid} -p:NativeAgent=true";
}
