using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Who asks the doctor.</summary>
/// <param name="Id">The user's number.</param>
/// <param name="Groups">Numbers of all groups of the process.</param>
internal sealed record DoctorUser(uint Id, IReadOnlyList<uint> Groups)
{
    /// <summary>Reads this process' own, from <c>/proc/self/status</c>.</summary>
    /// <remarks>Source: proc_pid_status(5), the lines <c>Uid:</c>, <c>Gid:</c> (the second number counts) and
    /// <c>Groups:</c>.</remarks>
    public static DoctorUser Read(KernelRoots roots)
    {
        var lines = DoctorContext.Lines(roots.ProcFile("self/status"));
        return new DoctorUser(
            Numbers("Uid:").Skip(1).FirstOrDefault(uint.MaxValue),
            [.. Numbers("Gid:").Skip(1).Take(1), .. Numbers("Groups:")]);

        IEnumerable<uint> Numbers(string name) =>
            (lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) ?? name)[name.Length..]
                .Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)
                .Select(static word => uint.TryParse(word, out var number) ? number : uint.MaxValue);
    }

    /// <summary>Asks whether reading and writing a file is allowed.</summary>
    public bool MayUse(FileStatus file) =>
        Id == 0
        || Allows(file, 6, file.OwnerId == Id)
        || Allows(file, 3, Groups.Contains(file.GroupId))
        || Allows(file, 0, true);

    private static bool Allows(FileStatus file, int shift, bool isConcerned) =>
        isConcerned && ((file.Mode >> shift) & 6) == 6;
}
