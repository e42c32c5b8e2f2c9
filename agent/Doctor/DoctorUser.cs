using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>The user that runs <c>doctor</c>.</summary>
/// <param name="Id">The user id.</param>
/// <param name="Groups">The ids of all groups of the process.</param>
internal sealed record DoctorUser(uint Id, uint[] Groups)
{
    /// <summary>Reads the user of this process from <c>/proc/self/status</c>.</summary>
    /// <remarks>Source: proc_pid_status(5), the lines <c>Uid:</c>, <c>Gid:</c> (the second number is the effective id)
    /// and <c>Groups:</c>.</remarks>
    public static DoctorUser Read(KernelRoots roots)
    {
        var lines = DoctorContext.ReadLines(roots.ProcFile("self/status"));
        var users = Numbers("Uid:");
        var groups = Numbers("Gid:");
        return new DoctorUser(
            users.Length > 1 ? users[1] : uint.MaxValue,
            [.. groups.Length > 1 ? new[] { groups[1] } : [], .. Numbers("Groups:")]);

        uint[] Numbers(string name) => Array.ConvertAll(
            (lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) ?? name)[name.Length..]
                .Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries),
            static word => uint.TryParse(word, out var number) ? number : uint.MaxValue);
    }

    /// <summary>Gets whether the user may read and write a file.</summary>
    public bool MayUse(FileStatus file) =>
        Id == 0
        || Allows(file, 6, file.OwnerId == Id)
        || Allows(file, 3, Array.IndexOf(Groups, file.GroupId) >= 0)
        || Allows(file, 0, true);

    private static bool Allows(FileStatus file, int shift, bool isConcerned) =>
        isConcerned && ((file.Mode >> shift) & 6) == 6;
}
