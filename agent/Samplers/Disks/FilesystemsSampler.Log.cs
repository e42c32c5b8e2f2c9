using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Samplers.Disks;

internal sealed partial class FilesystemsSampler
{
    private static partial class Log
    {
        [LoggerMessage(1051, LogLevel.Warning,
            "The file system at {MountPoint} ({Source}, {FsType}) does not answer, so its space is not known; it is "
            + "reported as stuck until it does. Is its server on?")]
        public static partial void Stuck(ILogger logger, string mountPoint, string source, string fsType);

        [LoggerMessage(1052, LogLevel.Information, "The file system at {MountPoint} ({Source}) answers again.")]
        public static partial void Answers(ILogger logger, string mountPoint, string source);
    }
}
