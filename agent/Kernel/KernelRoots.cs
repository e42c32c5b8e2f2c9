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
    /// <summary>The /sys that shows the network namespace of this process.</summary>
    private const string OwnSys = "/sys";

    /// <summary>Gets a value indicating whether this process runs in a container with the node's file systems,
    /// rather than on the node or on a captured host.</summary>
    public bool IsContainer => !IsCaptured && (Root != "/" || Proc != "/proc");

    /// <summary>Gets a value indicating whether the node's file systems should be mounted, but are not.</summary>
    public bool IsUnmounted => Root != "/" && !Directory.Exists(Proc);

    /// <summary>Gets a value indicating whether the network of this process is that of the node.</summary>
    /// <remarks>Every sysfs belongs to the network namespace that it was mounted in, and each has one only.</remarks>
    public bool IsNetworkOwn =>
        !IsContainer
        || (FileStatus.TryRead(Sys, out var shown) && FileStatus.TryRead(OwnSys, out var own)
            && (shown.DeviceMajor, shown.DeviceMinor) == (own.DeviceMajor, own.DeviceMinor));

    /// <summary>Gets a value indicating whether the node's network can be read.</summary>
    public bool IsNetworkReadable => IsNetworkOwn || File.Exists(ProcFile("1/net/dev"));

    /// <summary>Gets the roots that show the network which this process sends to.</summary>
    public KernelRoots OfSender => IsNetworkOwn ? this : this with { Sys = OwnSys };

    /// <summary>Gets the path of mountinfo: of this process, or in a container of process 1.</summary>
    public string MountsFile =>
        IsContainer || (Root != "/" && File.Exists(ProcFile("1/mountinfo")))
            ? ProcFile("1/mountinfo")
            : ProcFile("self/mountinfo");

    /// <summary>Gets a value indicating whether <see cref="Proc"/> is a directory of plain files,
    /// in which <c>net</c> is no link to the reader's.</summary>
    private bool IsCaptured => new DirectoryInfo(ProcFile("net")).LinkTarget is null;

    /// <summary>Creates the roots of a node whose root directory is mounted at a path.</summary>
    public static KernelRoots FromRoot(string root) => root == "/"
        ? new KernelRoots()
        : new KernelRoots(
            Path.Join(root, "proc"),
            Path.Join(root, "sys"),
            Path.Join(root, "etc"),
            Path.Join(root, "dev"),
            Path.Join(root, "run"),
            Path.Join(root, "var"),
            Path.Join(root, "boot"),
            root);

    /// <summary>Gets a file of the node's network, such as <c>dev</c>.</summary>
    /// <remarks>Source: proc_pid_net(5). <c>/proc/net</c> shows the network of the reader,
    /// even in the procfs of another; <c>/proc/1/net</c> that of the node, to every user,
    /// unless the mount option <c>hidepid</c> hides it.
    /// In a container, the file is therefore either the node's or absent.</remarks>
    public string NetworkFile(string name) =>
        IsContainer && (File.Exists(ProcFile("1/net/" + name)) || !IsNetworkOwn)
            ? ProcFile("1/net/" + name)
            : ProcFile("net/" + name);

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
        return found.GetRange(0, Math.Min(found.Count, countMax)).ConvertAll(static item => item.Path);
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
