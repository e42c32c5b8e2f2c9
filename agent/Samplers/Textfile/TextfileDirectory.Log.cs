using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Samplers.Textfile;

internal sealed partial class TextfileDirectory
{
    private static partial class Log
    {
        [LoggerMessage(1061, LogLevel.Warning,
            "The textfile {Path} is left out, because line {Line} {Problem} ({Suppressed} more times unlogged).")]
        public static partial void Malformed(ILogger logger, string path, int line, string problem, int suppressed);

        [LoggerMessage(1062, LogLevel.Warning,
            "The textfile {Path} is left out: it cannot be read, or is longer than {BytesMax} bytes ({Suppressed} more "
            + "times unlogged).")]
        public static partial void Unread(ILogger logger, string path, int bytesMax, int suppressed);

        [LoggerMessage(1063, LogLevel.Warning,
            "{Count} files of {Directory} are left out, because only {CountMax} are read.")]
        public static partial void TooManyFiles(ILogger logger, int count, string directory, int countMax);

        [LoggerMessage(1064, LogLevel.Warning,
            "{Count} series of the textfiles in {Directory} are left out: there are more than {CountMax}, or another "
            + "file has them too, or the name is longer than {BytesMax} bytes, or the value is no number up to "
            + "{ValueMax}.")]
        public static partial void SeriesDropped(
            ILogger logger, int count, string directory, int countMax, int bytesMax, double valueMax);

        [LoggerMessage(1065, LogLevel.Warning,
            "The textfile directory {Directory} cannot be listed: there is none, or the agent's user may not read it "
            + "({Suppressed} more times unlogged).")]
        public static partial void NoFolder(ILogger logger, string directory, int suppressed);
    }
}
