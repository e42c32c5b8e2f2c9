using System.Buffers.Text;

namespace NodeTelemetry.Agent.Samplers.Cpu;

/// <summary>CPU lists such as <c>0-3,5</c>.</summary>
internal static class CpuList
{
    /// <summary>CONFIG_NR_CPUS goes up to 8192 on x86-64.</summary>
    private const int CpuCountMax = 8192;

    /// <summary>Counts the CPUs of a list.</summary>
    /// <remarks>Source: cpuset(7), list format; /sys/devices/system/cpu/online. Allocates: nothing.</remarks>
    /// <returns><see langword="false"/> if it is empty or malformed.</returns>
    public static bool TryCount(ReadOnlySpan<byte> text, out int count)
    {
        count = 0;
        text = text.Trim(" \n"u8);
        while (!text.IsEmpty)
        {
            if (!Utf8Parser.TryParse(text, out int first, out var used) || first < 0)
            {
                return false;
            }

            text = text[used..];
            var last = first;
            if (text.StartsWith("-"u8))
            {
                if (!Utf8Parser.TryParse(text[1..], out last, out used) || last < first)
                {
                    return false;
                }

                text = text[(1 + used)..];
            }

            if (last >= CpuCountMax || (!text.IsEmpty && text[0] != (byte)','))
            {
                return false;
            }

            count += last - first + 1;
            text = text.IsEmpty ? text : text[1..];
        }

        return count is > 0 and <= CpuCountMax;
    }
}
