using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Agent.Tests;

/// <summary>Makes a fixture host the agent's world.</summary>
internal static class FixtureHostExtensions
{
    public static KernelRoots Roots(this FixtureHost host) =>
        new(
            host.Proc,
            host.Sys,
            host.Etc,
            Path.Combine(host.Root, "dev"),
            Path.Combine(host.Root, "run"),
            Path.Combine(host.Root, "var"),
            Path.Combine(host.Root, "boot"),

            // Not there: the space on this machine's disks would differ from run to run.
            Path.Combine(host.Root, "root"));

    /// <summary>Makes the host's files look like a procfs that is mounted in a container with a network of its own:
    /// the host's network moves from <c>proc/net</c> to process 1, and this process gets another.</summary>
    public static KernelRoots MountInContainer(this FixtureHost host)
    {
        string Folder(string name) => Path.Combine(host.Proc, name);
        Directory.CreateDirectory(Folder("1"));
        Directory.CreateDirectory(Folder("self/net"));
        Directory.Move(Folder("net"), Folder("1/net"));
        File.CreateSymbolicLink(Folder("net"), "self/net");
        if (File.Exists(Folder("self/mountinfo")))
        {
            File.Move(Folder("self/mountinfo"), Folder("1/mountinfo"));
        }

        host.Write(
            "proc/self/mountinfo",
            Encoding.UTF8.GetBytes(
                $"30 1 0:1 / / rw - overlay overlay rw\n31 30 8:1 / {host.Roots().Root} ro - ext4 /dev/sda1 rw\n"));
        host.Write("proc/self/net/dev", "a\nb\neth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"u8);
        host.Write("proc/self/net/fib_trie", "  |-- 10.0.1.5\n     /32 host LOCAL\n"u8);
        host.Write("proc/sys/kernel/hostname", "26f63cccfb47\n"u8);
        return host.Roots();
    }
}
