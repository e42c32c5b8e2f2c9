using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Who asks the doctor.</summary>
/// <param name="Id">The user's number.</param>
/// <param name="Groups">Numbers of all groups of the process.</param>
internal sealed record DoctorUser(uint Id, uint[] Groups)
{
    /// <summary>Reads this process' own, from <c>/proc/self/status</c>.</summary>
    /// <remarks>Source: proc_pid_status(5), the lines <c>Uid:</c>, <c>Gid:</c> (the second number counts) and
    /// <c>Groups:</c>.</remarks>
    public static DoctorUser Read(KernelRoots roots)
    {
        var lines = DoctorContext.Lines(roots.ProcFile("self/status"));
        var users = Numbers("Uid:");
        var groups = Numbers("Gid:");
        return new DoctorUser(
            users.Length > 1 ? users[1] : uint.MaxValue,
            [.. groups.Length > 1 ? groups[1..2] : [], .. Numbers("Groups:")]);

        uint[] Numbers(string name) => Array.ConvertAll(
            (lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) ?? name)[name.Length..]
                .Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries),
            static word => uint.TryParse(word, out var number) ? number : uint.MaxValue);
    }

    /// <summary>Asks whether reading and writing a file is allowed.</summary>
    public bool MayUse(FileStatus file) =>
        Id == 0
        || Allows(file, 6, file.OwnerId == Id)
        || Allows(file, 3, Array.IndexOf(Groups, file.GroupId) >= 0)
        || Allows(file, 0, true);

    private static bool Allows(FileStatus file, int shift, bool isConcerned) =>
        isConcerned && ((file.Mode >> shift) & 6) == 6;
}
