using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Hosting;

/// <summary>What dpkg is doing with the package of the agent.</summary>
/// <remarks>
/// Source: dpkg(1), lib/dpkg/dbmodify.c: <c>/var/lib/dpkg/status</c> has a stanza per package,
/// and the numbered files in <c>/var/lib/dpkg/updates</c> the changes since, written before maintainer scripts run.
/// Shape: <c>Package: nodetelemetry-agent</c>, then <c>Status: install ok half-configured</c>:
/// what is wanted, an error flag, and what is the case.
/// </remarks>
internal static class DpkgStatus
{
    /// <summary>The beginning of the names of the packages that may contain the agent.</summary>
    private const string PackagePrefix = "nodetelemetry";

    /// <summary>Attempts to read the database, which changes meanwhile.</summary>
    private const int AttemptsMax = 3;

    private const string PackageField = "Package: ";
    private const string StatusField = "Status: ";

    /// <summary>Determines whether the package of the agent is being upgraded: it is to be installed, and is not yet.
    /// A removal or purge wants <c>deinstall</c> or <c>purge</c>; other packages do not stop the agent for long.
    /// </summary>
    public static bool IsUpgrading(KernelRoots roots)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            try
            {
                return ReadStatus(roots) is { } status
                    && IsUpgrade(status.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // dpkg may just have moved the changes into the status file.
            }
        }

        // Without a readable database nothing says that the agent will be back.
        return false;
    }

    private static string? ReadStatus(KernelRoots roots)
    {
        var status = FindStatus(File.ReadLines(roots.VarFile("lib/dpkg/status")));

        // Others are files that dpkg prepares.
        var updates = Array.FindAll(
            KernelRoots.Files(roots.VarFile("lib/dpkg/updates")), static name => name.All(char.IsAsciiDigit));
        Array.Sort(updates, StringComparer.Ordinal);
        foreach (var update in updates)
        {
            status = FindStatus(File.ReadLines(roots.VarFile("lib/dpkg/updates/" + update))) ?? status;
        }

        return status;
    }

    /// <summary>Finds the last status of the agent's package.</summary>
    internal static string? FindStatus(IEnumerable<string> lines)
    {
        string? status = null;
        var isOwn = false;
        foreach (var line in lines)
        {
            if (line.StartsWith(PackageField, StringComparison.Ordinal))
            {
                isOwn = line.AsSpan(PackageField.Length).StartsWith(PackagePrefix, StringComparison.Ordinal)
                    && !line.EndsWith("-collector", StringComparison.Ordinal);
            }
            else if (isOwn && line.StartsWith(StatusField, StringComparison.Ordinal))
            {
                status = line[StatusField.Length..];
            }
        }

        return status;
    }

    private static bool IsUpgrade(string[] words) =>
        words is ["install" or "hold", _, not ("installed" or "not-installed" or "config-files")];
}
