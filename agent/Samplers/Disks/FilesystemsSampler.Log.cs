using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Samplers.Disks;

internal sealed partial class FilesystemsSampler
{
    private static partial class Log
    {
        [LoggerMessage(1051, LogLevel.Warning,
            "The file system at {MountPoint} ({Source}, {FsType}) does not respond and is reported as stuck. Check its "
            + "server.")]
        public static partial void Stuck(ILogger logger, string mountPoint, string source, string fsType);

        [LoggerMessage(1052, LogLevel.Information, "The file system at {MountPoint} ({Source}) responds again.")]
        public static partial void Recovered(ILogger logger, string mountPoint, string source);

        [LoggerMessage(1053, LogLevel.Warning,
            "{Count} file systems are left out, because only {CountMax} are reported. Select with --mounts.")]
        public static partial void TooMany(ILogger logger, int count, int countMax);
    }
}
