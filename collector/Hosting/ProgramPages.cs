using System.Globalization;
using System.Runtime.InteropServices;

namespace NodeTelemetry.Collector.Hosting;

/// <summary>Releases pages of the program and its libraries that only the start needed,
/// more than a third of the resident memory. Pages that are needed again come from the page cache.</summary>
/// <remarks>
/// Source: proc_pid_smaps(5), madvise(2). The kernel maps sixteen pages around each one that is used.
/// Only mappings of files without modified pages are released; the loader has written to the others.
/// </remarks>
internal static partial class ProgramPages
{
    private const string Smaps = "/proc/self/smaps";

    /// <summary>MADV_DONTNEED.</summary>
    private const int NotNeeded = 4;

    /// <summary>Releases the pages, if the kernel exposes the mappings.</summary>
    public static void Release()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            foreach (var (start, length) in FindUnmodified(File.ReadLines(Smaps)))
            {
                _ = Advise((nint)start, (nuint)length, NotNeeded);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Without the list, the memory stays as it is.
        }
    }

    /// <summary>Finds the mappings of files that cannot be written and have no modified pages.</summary>
    internal static IEnumerable<(ulong Start, ulong Length)> FindUnmodified(IEnumerable<string> lines)
    {
        (ulong Start, ulong Length)? mapping = null;
        foreach (var line in lines)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 5 && words[0].IndexOf('-', StringComparison.Ordinal) is var dash and > 0)
            {
                mapping = words.Length > 5 && words[5].StartsWith('/')
                    && !words[1].Contains('w', StringComparison.Ordinal)
                    && ulong.TryParse(words[0].AsSpan(0, dash), NumberStyles.HexNumber, null, out var start)
                    && ulong.TryParse(words[0].AsSpan(dash + 1), NumberStyles.HexNumber, null, out var end)
                    ? (start, end - start)
                    : null;
            }
            else if (mapping is { } found && words is ["Anonymous:", "0", ..])
            {
                yield return found;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
