namespace NodeTelemetry.TestKit;

/// <summary>The collector as it is shipped.</summary>
public static class NativeCollector
{
    private static readonly NativeProgram Native = new(
        "NodeTelemetry.Collector", "nodetelemetry-collector", "dotnet publish collector -c Release -p:NativeCollector=true -r ");

    /// <summary>Gets why tests run the collector that was built instead; <see langword="null"/> if they run the native one.</summary>
    public static string? Obstacle { get; } = Native.Obstacle;

    /// <summary>Gets the program for tests: the native one, otherwise the one that was built.</summary>
    public static string Program { get; } = Native.Program;

    /// <summary>Gets the command that runs the collector for 64-bit ARM.</summary>
    public static IReadOnlyList<string> Arm64 { get; } = Arm64Emulator.Run(Native.FindPath("linux-arm64"));

    /// <summary>Gets why the collector for 64-bit ARM cannot be run; <see langword="null"/> if it can.</summary>
    public static string? Arm64Obstacle { get; } = Native.FindArm64Obstacle();
}
