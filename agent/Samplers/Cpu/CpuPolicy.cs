using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Cpu;

/// <summary>Cores with a common frequency: all cores of a Raspberry Pi,
/// a cluster of a big.LITTLE board, one core of a PC.</summary>
/// <param name="Frequency">Its current frequency in kHz.</param>
/// <param name="Cores">The names of its cores.</param>
internal sealed record CpuPolicy(KernelFile Frequency, string[] Cores)
{
    /// <summary>Maximum policies: a board has one to three; servers one per core.</summary>
    private const int CountMax = WireLimits.SectionEntryCountMax;

    /// <summary>Core numbers separated by spaces.</summary>
    private const int ListBytesMax = 4096;

    /// <summary>Finds the directories of the policies.</summary>
    /// <remarks>Source: Documentation/admin-guide/pm/cpufreq.rst. Kernels before 4.3 have no policy directories,
    /// but a directory of each core.</remarks>
    public static IReadOnlyList<string> FindFolders(KernelRoots roots)
    {
        var folders = KernelRoots.NumberedFolders(roots.SysFile("devices/system/cpu/cpufreq"), "policy", CountMax);
        return folders.Count > 0
            ? folders
            :
            [
                .. KernelRoots.NumberedFolders(roots.SysFile("devices/system/cpu"), "cpu", CountMax)
                    .Select(static folder => Path.Join(folder, "cpufreq"))
                    .Where(Directory.Exists),
            ];
    }

    /// <summary>Reads which cores a policy has.</summary>
    /// <param name="folder">The directory of the policy.</param>
    public static CpuPolicy Read(string folder)
    {
        // Offline cores belong to the policy too and may come back.
        var name = Path.GetFileName(folder);
        var isPolicy = name.StartsWith("policy", StringComparison.Ordinal);
        var number = isPolicy
            ? name["policy".Length..]
            : Path.GetFileName(Path.GetDirectoryName(folder)!)["cpu".Length..];
        var buffer = new byte[ListBytesMax];
        var length = 0;
        var isThere = isPolicy
            && (KernelFile.ReadOnce(Path.Join(folder, "related_cpus"), buffer, out length) == FileOutcome.Ok
                || KernelFile.ReadOnce(Path.Join(folder, "affected_cpus"), buffer, out length) == FileOutcome.Ok);
        return new CpuPolicy(
            new KernelFile(Path.Join(folder, "scaling_cur_freq")),
            isThere ? ParseCores(buffer.AsSpan(0, length)) : [number]);
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
}
