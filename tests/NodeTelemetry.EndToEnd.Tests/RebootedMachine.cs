using System.Globalization;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>
/// This machine's /proc as links, with the boot id and uptime of the test, and a /run with a planned reboot: what an agent sees
/// of a machine that reboots.
/// </summary>
internal sealed class RebootedMachine : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>Gets the boot id that the agent sends.</summary>
    public static string CreateBootId(int number) => number.ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>Starts the kernel now: one with an uptime beyond the silence would be a second machine.</summary>
    /// <returns>The options of the agent.</returns>
    public string[] Boot(int number, bool plansReboot)
    {
        var (proc, run) = ($"proc-{number}", $"run-{number}");
        _folder.Write($"{proc}/uptime", "0.50 0.40\n");
        _folder.Write($"{proc}/sys/kernel/random/boot_id", $"{CreateBootId(number)}-0000-4000-8000-000000000000\n");
        Link("/proc", proc, static name => !name.All(char.IsAsciiDigit));
        Link("/proc/sys", $"{proc}/sys");
        Link("/proc/sys/kernel", $"{proc}/sys/kernel");
        Directory.CreateDirectory(_folder[run]);
        if (plansReboot)
        {
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
            _folder.Write($"{run}/systemd/shutdown/scheduled", FormattableString.Invariant($"USEC={now}\nMODE=reboot\n"));
        }

        return ["--proc-root", _folder[proc], "--run-root", _folder[run]];
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    /// <summary>Links what is still missing.</summary>
    private void Link(string from, string into, Func<string, bool>? isWanted = null)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(from))
        {
            var name = Path.GetFileName(path);
            var link = Path.Combine(_folder[into], name);
            if (isWanted?.Invoke(name) is not false && !Path.Exists(link))
            {
                File.CreateSymbolicLink(link, path);
            }
        }
    }
}
