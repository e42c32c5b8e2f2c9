using System.Diagnostics;
using System.Globalization;

namespace NodeTelemetry.TestKit;

/// <summary>
/// A file system of a few megabytes in memory, mounted in a temporary folder: a disk that can be filled. Needs root.
/// </summary>
public sealed class TinyFileSystem : IDisposable
{
    private TinyFileSystem(string path) => Path = path;

    /// <summary>Gets where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Mounts one.</summary>
    /// <param name="bytes">Its size.</param>
    /// <param name="reason">Why it could not be mounted.</param>
    public static TinyFileSystem? TryMount(long bytes, out string reason)
    {
        reason = "A file system can only be mounted by root on Linux.";
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return null;
        }

        var path = Directory.CreateTempSubdirectory("nodetelemetry-disk-").FullName;
        var size = string.Create(CultureInfo.InvariantCulture, $"size={bytes}");
        if (Run("mount", "-t", "tmpfs", "-o", size, "tmpfs", path))
        {
            return new TinyFileSystem(path);
        }

        Directory.Delete(path);
        reason = "A tmpfs cannot be mounted here.";
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static bool Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
