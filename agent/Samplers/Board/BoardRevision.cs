using System.Buffers.Binary;
using System.Globalization;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>The board revision: the code of a Raspberry Pi, or the DMI product version.</summary>
internal static class BoardRevision
{
    /// <summary>Shorter than every text; a code has 4 bytes.</summary>
    private const int CodeBytes = 4;

    private const int CpuinfoBytesMax = 64 * 1024;

    /// <summary>Reads the revision.</summary>
    /// <remarks>Source: <c>linux,revision</c> in the device tree of the Raspberry Pi, big-endian;
    /// <c>Revision</c> in /proc/cpuinfo of ARM; SMBIOS type 1.</remarks>
    /// <returns><see langword="null"/> if the board has none.</returns>
    public static string? Read(KernelRoots roots)
    {
        var buffer = new byte[CpuinfoBytesMax];
        if (KernelFile.ReadOnce(roots.ProcFile("device-tree/system/linux,revision"), buffer, out var length)
                == FileOutcome.Ok
            && TryParseCode(buffer.AsSpan(0, length), out var code))
        {
            return code;
        }

        return (KernelFile.ReadOnce(roots.ProcFile("cpuinfo"), buffer, out length) == FileOutcome.Ok
                ? ParseCpuinfo(buffer.AsSpan(0, length))
                : null)
            ?? BoardModel.ReadDmi(roots, "product_version") ?? BoardModel.ReadDmi(roots, "board_version");
    }

    /// <summary>Formats the code of the device tree as in the firmware documentation: <c>c03115</c>.</summary>
    internal static bool TryParseCode(ReadOnlySpan<byte> code, out string? text)
    {
        var isSound = code.Length == CodeBytes;
        text = isSound
            ? BinaryPrimitives.ReadUInt32BigEndian(code).ToString("x", CultureInfo.InvariantCulture)
            : null;
        return isSound;
    }

    /// <summary>Finds the <c>Revision</c> line in /proc/cpuinfo, not <c>CPU revision</c>.</summary>
    internal static string? ParseCpuinfo(ReadOnlySpan<byte> cpuinfo)
    {
        var lines = new AsciiReader(cpuinfo);
        while (lines.TryReadLine(out var line))
        {
            var colon = line.IndexOf((byte)':');
            if (line.StartsWith("Revision"u8) && colon > 0)
            {
                return KernelText.Clean(line[(colon + 1)..], WireLimits.TextBytesMax);
            }
        }

        return null;
    }
}
