using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Cpu;

/// <summary>Cores with a common frequency: all cores of a Raspberry Pi,
/// a cluster of a big.LITTLE board, one core of a PC.</summary>
/// <param name="Frequency">Its current frequency in kHz.</param>
/// <param name="Cores">The names of its cores.</param>
internal sealed record CpuPolicy(KernelFile Frequency, string[] Cores)
{
    /// <summary>Maximum policies: a board has one to three; big servers one per core,
    /// and each costs a system call.</summary>
    private const int CountMax = 64;

    /// <summary>Core numbers separated by spaces.</summary>
    private const int ListBytesMax = 4096;

    /// <summary>Finds the policies.</summary>
    /// <remarks>Source: Documentation/admin-guide/pm/cpufreq.rst. Kernels before 4.3 have no policy folders,
    /// but a folder of each core.</remarks>
    public static CpuPolicy[] Find(KernelRoots roots)
    {
        var folders = KernelRoots.NumberedFolders(roots.SysFile("devices/system/cpu/cpufreq"), "policy", CountMax);
        if (folders.Count > 0)
        {
            return [.. folders.Select(static folder => Read(folder, Path.GetFileName(folder)["policy".Length..]))];
        }

        return
        [
            .. KernelRoots.NumberedFolders(roots.SysFile("devices/system/cpu"), "cpu", CountMax)
                .Where(static folder => Directory.Exists(Path.Join(folder, "cpufreq")))
                .Select(static folder => new CpuPolicy(
                    CreateFrequencyFile(Path.Join(folder, "cpufreq")), [Path.GetFileName(folder)["cpu".Length..]])),
        ];
    }

    /// <summary>Parses the list of a policy's cores.</summary>
    /// <remarks>Shape: <c>0 1 2 3</c>. Invalid and excessive numbers are skipped.</remarks>
    public static string[] ParseCores(ReadOnlySpan<byte> text)
    {
        var cores = new List<string>();
        var words = new AsciiReader(text);
        while (words.TryReadWord(out var word))
        {
            if (new AsciiReader(word).TryReadInteger(out var core) && core < WireLimits.SectionEntryCountMax)
            {
                cores.Add(CoreNames.Get((int)core));
            }
        }

        return [.. cores];
    }

    private static CpuPolicy Read(string folder, string number)
    {
        // Offline cores belong to the policy too and may come back.
        var buffer = new byte[ListBytesMax];
        var isThere =
            KernelFile.ReadOnce(Path.Join(folder, "related_cpus"), buffer, out var length) == FileOutcome.Ok
            || KernelFile.ReadOnce(Path.Join(folder, "affected_cpus"), buffer, out length) == FileOutcome.Ok;
        return new CpuPolicy(CreateFrequencyFile(folder), isThere ? ParseCores(buffer.AsSpan(0, length)) : [number]);
    }

    private static KernelFile CreateFrequencyFile(string folder) => new(Path.Join(folder, "scaling_cur_freq"));
}
