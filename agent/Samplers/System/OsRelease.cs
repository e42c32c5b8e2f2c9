using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.System;

/// <summary>The operating system's name, from <c>/etc/os-release</c>.</summary>
internal static class OsRelease
{
    private const int FileBytesMax = 4096;

    /// <summary>Reads the name.</summary>
    public static string? Read(KernelRoots roots)
    {
        var buffer = new byte[FileBytesMax];
        return KernelFile.ReadOnce(roots.EtcFile("os-release"), buffer, out var length) == FileOutcome.Ok
            ? ParsePrettyName(buffer.AsSpan(0, length))
            : null;
    }

    /// <summary>Finds <c>PRETTY_NAME</c>.</summary>
    /// <remarks>Source: os-release(5). Shape: shell assignments, values may be in single or double quotes
    /// with backslash escapes.</remarks>
    /// <returns><see langword="null"/> if there is none.</returns>
    public static string? ParsePrettyName(ReadOnlySpan<byte> text)
    {
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            if (!line.StartsWith("PRETTY_NAME="u8))
            {
                continue;
            }

            var value = line["PRETTY_NAME=".Length..].Trim(" \t\r"u8);
            if (value.Length >= 2 && value[0] is (byte)'"' or (byte)'\'' && value[^1] == value[0])
            {
                value = value[1..^1];
            }

            var cleaned = KernelText.Clean(value, WireLimits.TextBytesMax);
            return cleaned is null ? null : Unescape(cleaned);
        }

        return null;
    }

    private static string Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal))
        {
            return value;
        }

        var plain = new StringBuilder(value.Length);
        for (var index = 0; index < value.Length; index++)
        {
            plain.Append(value[index] == '\\' && index + 1 < value.Length ? value[++index] : value[index]);
        }

        return plain.ToString();
    }
}
