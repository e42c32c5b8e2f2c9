using System.Runtime.InteropServices;
using System.Text;

namespace System.IO;

/// <summary>Files and paths.</summary>
internal static class Files
{
    private const int CreateExclusively = 0x80 | 0x40 | 0x1 | 0x80000; // O_EXCL, O_CREAT, O_WRONLY, O_CLOEXEC
    private const int NotPermitted = 1; // EPERM
    private const int NoAccess = 13; // EACCES
    private const int PathBytesMax = 4096; // PATH_MAX

    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int StatisticsBytes = 256;
    private const int ModeOffset = 28; // stx_mode: the layout of statx(2) is the same on every processor
    private const uint ModeOnly = 2; // STATX_MODE
    private const int PermissionBits = 0x1FF;

    extension(File)
    {
        /// <remarks>A new file has its permissions from its first moment.</remarks>
        public static FileStream Open(string path, FileStreamOptions options)
        {
            if (options is not { Mode: FileMode.CreateNew, UnixCreateMode: { } mode })
            {
                return new FileStream(path, options.Mode, options.Access);
            }

            var descriptor = Open(path, CreateExclusively, (int)mode);
            if (descriptor < 0)
            {
                throw Failure("created", path);
            }

            _ = Close(descriptor);
            return new FileStream(path, FileMode.Open, options.Access);
        }

        public static RandomAccess.OpenedFile OpenHandle(string path) => new(path);

        public static void Move(string source, string target, bool overwrite)
        {
            if (!overwrite)
            {
                File.Move(source, target);
            }
            else if (Rename(source, target) != 0)
            {
                throw Failure("renamed", source);
            }
        }

        public static UnixFileMode GetUnixFileMode(string path)
        {
            var statistics = new byte[StatisticsBytes];
            return StatX(CurrentDirectory, path, 0, ModeOnly, statistics) == 0
                ? (UnixFileMode)(BitConverter.ToUInt16(statistics, ModeOffset) & PermissionBits)
                : throw Failure("examined", path);
        }
    }

    extension(FileSystemInfo file)
    {
        /// <summary>Gets what a symbolic link leads to; <see langword="null"/> if it is none.</summary>
        public string? LinkTarget
        {
            get
            {
                var target = new byte[PathBytesMax];
                var length = (int)ReadLink(file.FullName, target, target.Length);
                return length > 0 ? Encoding.UTF8.GetString(target, 0, length) : null;
            }
        }
    }

    extension(Path)
    {
        public static ReadOnlySpan<char> GetFileName(ReadOnlySpan<char> path) =>
            path.Slice(path.LastIndexOf('/') + 1);

        /// <remarks>Only of paths below the folder.</remarks>
        public static string GetRelativePath(string folder, string path)
        {
            var start = folder.TrimEnd('/') + "/";
            return path.StartsWith(start, StringComparison.Ordinal) ? path.Substring(start.Length) : path;
        }

        public static bool IsPathFullyQualified(string path) => path.StartsWith('/');

        public static string Join(string? first, string? second) =>
            string.IsNullOrEmpty(first) ? second ?? string.Empty
            : string.IsNullOrEmpty(second) ? first!
            : first!.EndsWith('/') || second!.StartsWith('/') ? first + second
            : first + "/" + second;

        public static string Join(string? first, string? second, string? third) =>
            Path.Join(Path.Join(first, second), third);

        public static string Join(string? first, string? second, string? third, string? fourth) =>
            Path.Join(Path.Join(first, second, third), fourth);
    }

    private static Exception Failure(string action, string path)
    {
        var errno = Marshal.GetLastWin32Error();
        var text = $"{path} cannot be {action} (errno {errno}).";
        return errno is NotPermitted or NoAccess ? new UnauthorizedAccessException(text) : new IOException(text);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi)]
    private static extern int Open(string path, int flags, int mode);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "rename", SetLastError = true, CharSet = CharSet.Ansi)]
    private static extern int Rename(string source, string target);

    [DllImport("libc", EntryPoint = "readlink", CharSet = CharSet.Ansi)]
    private static extern nint ReadLink(string path, byte[] target, nint bytes);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true, CharSet = CharSet.Ansi)]
    private static extern int StatX(int directory, string path, int flags, uint mask, byte[] statistics);
}
