using NodeTelemetry.TestKit;

namespace NodeTelemetry.Deploy.Tests;

/// <summary>Runs the tools of a test.</summary>
internal static class Commands
{
    /// <summary>Unpacking an image on a busy machine.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    /// <summary>Runs a command; it must succeed.</summary>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(
        IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var (code, output) = await TestProcess.RunAsync(command, Deadline, environment, folder);
        return code == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', command)}: {output}");
    }
}
