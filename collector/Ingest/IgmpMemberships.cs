using System.Globalization;
using System.Net;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>Parses <c>/proc/net/igmp</c>.</summary>
/// <remarks>
/// Source: net/ipv4/igmp.c of Linux, <c>igmp_mc_seq_show</c>. Shape: a line with the index and name of an interface,
/// then an indented line for each group, whose first word is the address in host byte order,
/// in 8 hexadecimal digits.
/// </remarks>
internal static class IgmpMemberships
{
    /// <summary>Determines whether an interface is a member of a group.</summary>
    public static bool Contains(IEnumerable<string> lines, string name, IPAddress group)
    {
        var wanted = BitConverter.ToUInt32(group.GetAddressBytes());
        var isInterface = false;
        foreach (var line in lines)
        {
            var words = line.Split([' ', '\t', ':'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            if (!char.IsWhiteSpace(line[0]))
            {
                isInterface = words.Length > 1 && words[1] == name;
            }
            else if (isInterface && uint.TryParse(
                words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var joined) && joined == wanted)
            {
                return true;
            }
        }

        return false;
    }
}
