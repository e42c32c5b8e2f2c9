using System.Globalization;

namespace NodeTelemetry.Benchmarks;

/// <summary>The resource usage of a process, from <c>/proc</c>.</summary>
/// <param name="CpuSeconds">CPU time, user and system.</param>
/// <param name="PeakBytes">The peak resident memory.</param>
/// <param name="ResidentBytes">Resident memory now.</param>
internal sealed record ProcessUse(double CpuSeconds, long PeakBytes, long ResidentBytes)
{
    // USER_HZ, which is 100 on every platform that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Reads it.</summary>
    public static ProcessUse Read(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture)
            + long.Parse(fields[12], CultureInfo.InvariantCulture);
        var status = File.ReadAllLines($"/proc/{process}/status");
        return new ProcessUse(ticks / TicksPerSecond, Bytes(status, "VmHWM:"), Bytes(status, "VmRSS:"));
    }

    private static long Bytes(string[] status, string name)
    {
        var line = status.First(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line[name.Length..].Replace("kB", string.Empty, StringComparison.Ordinal).Trim(),
            CultureInfo.InvariantCulture);
    }
}
