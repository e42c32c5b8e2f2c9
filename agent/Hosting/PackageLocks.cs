using System.Globalization;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Hosting;

/// <summary>Detects an active package manager by its file locks, which every user can list.</summary>
/// <remarks>
/// Source: proc_locks(5); dpkg(1) and apt lock <c>/var/lib/dpkg/lock-frontend</c> and <c>lock</c>,
/// rpm its <c>.rpm.lock</c>. The files always exist; only a held lock means that the package manager is active.
/// </remarks>
internal static class PackageLocks
{
    /// <summary>A busy machine has some hundred locks of 60 bytes.</summary>
    private const int LocksBytesMax = 64 * 1024;

    private static readonly string[] Files =
        ["lib/dpkg/lock-frontend", "lib/dpkg/lock", "lib/rpm/.rpm.lock", "../usr/lib/sysimage/rpm/.rpm.lock"];

    /// <summary>Gets whether one of the locks is held.</summary>
    public static bool AnyHeld(KernelRoots roots)
    {
        var locks = new byte[LocksBytesMax];
        if (KernelFile.ReadOnce(roots.ProcFile("locks"), locks, out var length) != FileOutcome.Ok)
        {
            return false;
        }

        foreach (var file in Files)
        {
            if (FileStatus.TryRead(roots.VarFile(file), out var status) && IsHeld(locks.AsSpan(0, length), status))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Finds a file among the locks.</summary>
    /// <remarks>Format: <c>1: POSIX  ADVISORY  WRITE 812 fe:00:131843 0 EOF</c>, device numbers in hexadecimal.
    /// A line that starts with <c>1: -&gt;</c> belongs to a waiting process.</remarks>
    internal static bool IsHeld(ReadOnlySpan<byte> locks, FileStatus file)
    {
        var lines = new AsciiReader(locks);
        while (lines.TryReadLine(out var line))
        {
            var words = new AsciiReader(line);
            if (words.TryReadWord(out _) && words.TryReadWord(out var kind) && !kind.SequenceEqual("->"u8)
                && words.TryReadWord(out _) && words.TryReadWord(out var access) && access.SequenceEqual("WRITE"u8)
                && words.TryReadWord(out _) && words.TryReadWord(out var where) && Matches(where, file))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Matches(ReadOnlySpan<byte> where, FileStatus file)
    {
        var first = where.IndexOf((byte)':');
        var last = where.LastIndexOf((byte)':');
        return first > 0 && last > first
            && uint.TryParse(where[..first], NumberStyles.AllowHexSpecifier, null, out var major)
            && uint.TryParse(where[(first + 1)..last], NumberStyles.AllowHexSpecifier, null, out var minor)
            && ulong.TryParse(where[(last + 1)..], NumberStyles.None, null, out var inode)
            && inode == file.Inode

            // Btrfs and overlayfs have no device of their own, so stat and /proc/locks report different numbers.
            && ((major == file.DeviceMajor && minor == file.DeviceMinor) || (major == 0 && file.DeviceMajor == 0));
    }
}
