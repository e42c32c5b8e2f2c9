using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>One line of mountinfo.</summary>
/// <param name="Device">Major and minor number of the file system, <c>8:1</c>.</param>
/// <param name="Root">What of the file system is mounted; <c>/</c> is all of it.</param>
/// <param name="MountPoint">Where, escaped by <see cref="PlainText"/>.</param>
/// <param name="RawMountPoint">Where, each byte of the path as one character: paths are any bytes.</param>
/// <param name="FsType">Its type.</param>
/// <param name="Source">Device or server that holds it.</param>
/// <param name="IsReadOnly">Whether the file system itself, and not only this mount of it, is read-only.</param>
internal sealed record MountInfo(
    string Device,
    string Root,
    string MountPoint,
    string RawMountPoint,
    string FsType,
    string Source,
    bool IsReadOnly)
{
    /// <summary>Parses one line.</summary>
    /// <remarks>
    /// Source: proc_pid_mountinfo(5). Shape: mount, parent, device, root, mount point, options of the mount,
    /// any number of tags, a hyphen, type, source, options of the file system.
    /// The options of the mount are ignored: systemd's <c>ProtectSystem=</c> makes every mount
    /// that a service sees read-only. ext4 says <c>emergency_ro</c> after an error since Linux 6.15.
    /// </remarks>
    /// <returns><see langword="null"/> if the line is malformed.</returns>
    public static MountInfo? Parse(ReadOnlySpan<byte> line)
    {
        var words = new AsciiReader(line);
        if (!words.TryReadInteger(out _) || !words.TryReadInteger(out _)
            || !words.TryReadWord(out var device) || !words.TryReadWord(out var root)
            || !words.TryReadWord(out var mountPoint) || !words.TryReadWord(out _))
        {
            return null;
        }

        ReadOnlySpan<byte> word;
        do
        {
            if (!words.TryReadWord(out word))
            {
                return null;
            }
        }
        while (!word.SequenceEqual("-"u8));

        // The source may be empty, and then there are two spaces: the options would be taken for it.
        if (!words.TryReadWord(out var type) || !words.TryReadWord(out var source))
        {
            return null;
        }

        if (!words.TryReadWord(out var options))
        {
            options = source;
            source = default;
        }

        return device.Contains((byte)':') && mountPoint.StartsWith("/"u8)
            ? new MountInfo(
                PlainText.FromBytes(Unescape(device)),
                PlainText.FromBytes(Unescape(root)),
                PlainText.FromBytes(Unescape(mountPoint)),
                string.Concat(Array.ConvertAll(Unescape(mountPoint), static value => ((char)value).ToString())),
                PlainText.FromBytes(Unescape(type)),
                PlainText.FromBytes(Unescape(source)),
                IsReadOnlyBy(options))
            : null;
    }

    /// <summary>Gets the path of the mount point, NUL-terminated.</summary>
    /// <param name="root">The root of the node.</param>
    public byte[] GetPath(string root) =>
    [
        .. Encoding.UTF8.GetBytes(root.TrimEnd('/')),
        .. Array.ConvertAll(RawMountPoint.ToCharArray(), static value => (byte)value),
        0,
    ];

    private static bool IsReadOnlyBy(ReadOnlySpan<byte> options)
    {
        while (!options.IsEmpty)
        {
            var length = options.IndexOf((byte)',');
            var option = length < 0 ? options : options[..length];
            if (option.SequenceEqual("ro"u8) || option.SequenceEqual("emergency_ro"u8))
            {
                return true;
            }

            options = length < 0 ? default : options[(length + 1)..];
        }

        return false;
    }

    /// <summary>Decodes the kernel's escapes: a backslash and three octal digits.</summary>
    private static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'\\'))
        {
            return text.ToArray();
        }

        var plain = new List<byte>(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '\\' && index + 3 < text.Length && TryReadOctal(text.Slice(index + 1, 3), out var value))
            {
                plain.Add(value);
                index += 3;
            }
            else
            {
                plain.Add(text[index]);
            }
        }

        return [.. plain];
    }

    private static bool TryReadOctal(ReadOnlySpan<byte> digits, out byte value)
    {
        var sum = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                value = 0;
                return false;
            }

            sum = (sum * 8) + digit - '0';
        }

        value = (byte)sum;
        return sum <= byte.MaxValue;
    }
}
