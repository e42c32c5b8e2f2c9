using System.Globalization;

namespace NodeTelemetry.Benchmarks;

/// <summary>Figures of a process and its children from the kernel.</summary>
/// <remarks>Source: proc_pid_status(5), /proc/PID/task/TID/schedstat (nanoseconds on a CPU).</remarks>
internal static class ProcessFigures
{
    /// <summary>Gets a line of <c>status</c> in bytes.</summary>
    public static long StatusBytes(int process, string name) => Number($"/proc/{process}/status", name) * 1024;

    /// <summary>Gets the anonymous memory, which no other process shares.</summary>
    public static long PrivateBytes(int process) => StatusBytes(process, "RssAnon");

    /// <summary>Gets the time that all its threads have been on a CPU.</summary>
    public static TimeSpan CpuTime(int process) => TimeSpan.FromTicks(
        Directory.GetDirectories($"/proc/{process}/task").Sum(static task =>
        {
            try
            {
                return long.Parse(File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // A thread that has just ended.
                return 0;
            }
        }) / 100);

    /// <summary>Gets how often its threads have gone to sleep, and so been woken up.</summary>
    public static long Wakeups(int process) => Directory.GetDirectories($"/proc/{process}/task").Sum(static task =>
    {
        try
        {
            return Number(Path.Combine(task, "status"), "voluntary_ctxt_switches");
        }
        catch (IOException)
        {
            // A thread that has just ended.
            return 0;
        }
    });

    /// <summary>Gets a process and all its descendants.</summary>
    public static IReadOnlyList<int> Tree(int process)
    {
        var found = new List<int> { process };
        for (var index = 0; index < found.Count; index++)
        {
            foreach (var task in Directory.GetDirectories($"/proc/{found[index]}/task"))
            {
                found.AddRange(File.ReadAllText(Path.Combine(task, "children"))
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(static word => int.Parse(word, CultureInfo.InvariantCulture)));
            }
        }

        return found;
    }

    private static long Number(string path, string name) => File.ReadLines(path)
        .Where(line => line.StartsWith(name + ":", StringComparison.Ordinal))
        .Select(static line => long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
        .FirstOrDefault();
}
