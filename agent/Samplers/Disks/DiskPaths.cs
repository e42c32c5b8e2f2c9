namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>What the paths of multipath disks have counted at one tick.</summary>
/// <remarks>
/// Source: drivers/nvme/host/multipath.c. <c>nvme0c0n1</c> is a path of the disk <c>nvme0n1</c> and a hidden device.
/// Since Linux 6.2 the disk counts what its paths transfer; before, only the paths count.
/// Allocates nothing once it has grown to the number of disks.
/// </remarks>
internal sealed class DiskPaths
{
    private readonly List<(string Disk, DiskCounters Counters)> _sums = [];

    /// <summary>Gets the number of disks with paths.</summary>
    public int Count => _sums.Count;

    /// <summary>Gets a disk and the sum of its paths.</summary>
    public (string Disk, DiskCounters Counters) this[int index] => _sums[index];

    /// <summary>Finds the disk of a path by its name; <see langword="null"/> if it is not the name of a path.</summary>
    /// <remarks>Shape: <c>nvme0c1n2</c>: subsystem, controller, namespace.</remarks>
    public static string? FindDisk(string name)
    {
        const string Prefix = "nvme";
        var controller = name.IndexOf('c', StringComparison.Ordinal);
        var space = name.LastIndexOf('n');
        return name.StartsWith(Prefix, StringComparison.Ordinal)
            && AreDigits(name, Prefix.Length, controller)
            && AreDigits(name, controller + 1, space)
            && AreDigits(name, space + 1, name.Length)
            ? name[..controller] + name[space..]
            : null;
    }

    /// <summary>Prepares for the next tick.</summary>
    public void Clear() => _sums.Clear();

    /// <summary>Adds the counters of a path.</summary>
    public void Add(string disk, DiskCounters counters)
    {
        for (var index = 0; index < _sums.Count; index++)
        {
            if (_sums[index].Disk == disk)
            {
                _sums[index] = (disk, _sums[index].Counters + counters);
                return;
            }
        }

        _sums.Add((disk, counters));
    }

    private static bool AreDigits(string name, int start, int end) =>
        start < end && name.AsSpan(start, end - start).IndexOfAnyExceptInRange('0', '9') < 0;
}
