namespace NodeTelemetry.TestKit;

/// <summary>The agent as it is shipped for boards without a .NET runtime: compiled for Mono.</summary>
public static class MonoAgent
{
    private const string Runtime = "/usr/bin/mono";

    private static readonly string Configuration =
        System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    /// <summary>Gets the program.</summary>
    public static string Path { get; } = System.IO.Path.Combine(
        RepositoryRoot.Path, $"artifacts/bin/NodeTelemetry.Agent/{Configuration}_net472/nodetelemetry-agent.exe");

    /// <summary>Gets the command that runs it with the Mono of this machine.</summary>
    public static IReadOnlyList<string> Command { get; } = [Runtime, Path];

    /// <summary>Gets why it cannot be run; <see langword="null"/> if it can.</summary>
    public static string? Obstacle { get; } =
        !File.Exists(Path) ? $"There is no agent at {Path}; create it with: dotnet build agent -f net472"
        : !File.Exists(Runtime) ? "Mono is missing; install it with: apt-get install mono-runtime libmono-posix4.0-cil "
            + "libmono-system-core4.0-cil libmono-system-numerics4.0-cil"
        : null;
}
