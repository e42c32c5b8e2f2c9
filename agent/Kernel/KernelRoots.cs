namespace NodeTelemetry.Agent.Kernel;

/// <summary>The roots of the kernel's file systems, which differ in containers and tests.</summary>
/// <param name="Proc">Usually <c>/proc</c>.</param>
/// <param name="Sys">Usually <c>/sys</c>.</param>
/// <param name="Etc">Usually <c>/etc</c>.</param>
/// <param name="Dev">Usually <c>/dev</c>.</param>
/// <param name="Run">Usually <c>/run</c>.</param>
/// <param name="Var">Usually <c>/var</c>.</param>
/// <param name="Boot">Usually <c>/boot</c>.</param>
/// <param name="Root">Usually <c>/</c>; mount points are relative to it.</param>
internal sealed record KernelRoots(
    string Proc = "/proc",
    string Sys = "/sys",
    string Etc = "/etc",
    string Dev = "/dev",
    string Run = "/run",
    string Var = "/var",
    string Boot = "/boot",
    string Root = "/")
{
    /// <summary>Gets the path of mountinfo: of this process,
    /// or of process 1 if the node is mounted in a container.</summary>
    public string MountsFile =>
        Root != "/" && File.Exists(ProcFile("1/mountinfo")) ? ProcFile("1/mountinfo") : ProcFile("self/mountinfo");

    /// <summary>Gets a file below <see cref="Proc"/>.</summary>
    public string ProcFile(string name) => Path.Join(Proc, name);

    /// <summary>Gets a file below <see cref="Sys"/>.</summary>
    public string SysFile(string name) => Path.Join(Sys, name);

    /// <summary>Gets a file below <see cref="Etc"/>.</summary>
    public string EtcFile(string name) => Path.Join(Etc, name);

    /// <summary>Gets a file below <see cref="Dev"/>.</summary>
    public string DevFile(string name) => Path.Join(Dev, name);

    /// <summary>Gets a file below <see cref="Run"/>.</summary>
    public string RunFile(string name) => Path.Join(Run, name);

    /// <summary>Gets a file below <see cref="Var"/>.</summary>
    public string VarFile(string name) => Path.Join(Var, name);

    /// <summary>Gets a file below <see cref="Boot"/>.</summary>
    public string BootFile(string name) => Path.Join(Boot, name);

    /// <summary>Gets the subdirectories named <paramref name="prefix"/> plus a number, ordered by number.</summary>
    /// <returns>At most <paramref name="countMax"/> paths; none if the directory is absent or unreadable.</returns>
    public static IReadOnlyList<string> NumberedFolders(string folder, string prefix, int countMax)
    {
        var found = new List<(int Number, string Path)>();
        foreach (var path in Folders(folder))
        {
            var name = Path.GetFileName(path.AsSpan());
            if (name.StartsWith(prefix, StringComparison.Ordinal)
                && int.TryParse(name[prefix.Length..], out var number))
            {
                found.Add((number, path));
            }
        }

        found.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        return found[..Math.Min(found.Count, countMax)].ConvertAll(static item => item.Path);
    }

    /// <summary>Gets the subdirectories, including links to directories;
    /// none if the directory is absent or unreadable.</summary>
    public static string[] Folders(string folder)
    {
        try
        {
            // Absent hardware is looked up periodically, and an exception costs more than the check.
            return Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Gets the names of the files in a directory; none if it is absent or unreadable.</summary>
    public static string[] Files(string folder)
    {
        try
        {
            return Array.ConvertAll(Directory.GetFiles(folder), static path => Path.GetFileName(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
