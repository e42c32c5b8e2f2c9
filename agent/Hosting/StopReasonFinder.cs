using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Bus;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Hosting;

/// <summary>Determines why the agent is stopped.</summary>
/// <remarks>
/// Sources, in this order: systemd's job queue, which lists pending changes of the machine and of this unit;
/// the shutdown scheduled by <c>shutdown</c>;
/// the locks of package managers, and what dpkg does with the package of the agent.
/// All are readable without privileges.
/// Without systemd the reason is <see cref="StopReason.Stop"/>, unless one of the other sources gives another.
/// </remarks>
internal sealed partial class StopReasonFinder(KernelRoots roots, TimeProvider time, ILogger logger)
{
    /// <summary>The longest wait for a reply: systemd replies within milliseconds,
    /// and a bus that has already stopped must not delay the goodbye.</summary>
    private static readonly TimeSpan ReplyWaitMax = TimeSpan.FromSeconds(1);

    /// <summary>One line for each hierarchy of control groups, about a dozen in version 1.</summary>
    private const int ControlGroupBytesMax = 4096;

    /// <summary>Finds the reason.</summary>
    public StopReason Find()
    {
        var jobs = ListJobs();
        var reason = FindReason(jobs, OwnUnit());
        if (jobs is null)
        {
            reason = ScheduledShutdown.Read(roots, time.GetUtcNow()) ?? reason;
        }

        // A package manager restarts the agent after an upgrade of it or of its libraries, or stops it before.
        // It also stops it before a removal, and others may stop or disable it while one is active.
        return reason is StopReason.Stop or StopReason.Restart && PackageLocks.AnyHeld(roots)
            && (reason == StopReason.Restart || DpkgStatus.IsUpgrading(roots))
            ? StopReason.Upgrade
            : reason;
    }

    /// <summary>Reads the reason from systemd's jobs.</summary>
    /// <remarks>Source: systemd.special(7) for the targets.
    /// A job keeps the type <c>restart</c> until its unit has stopped.</remarks>
    internal static StopReason FindReason(IReadOnlyList<SystemdJob>? jobs, string? ownUnit)
    {
        var reason = StopReason.Stop;
        foreach (var job in jobs ?? [])
        {
            switch (job.Unit, job.Type)
            {
                case ("reboot.target" or "kexec.target" or "soft-reboot.target", "start"):
                    return StopReason.Reboot;
                case ("poweroff.target" or "halt.target" or "exit.target", "start"):
                    return StopReason.Poweroff;
                case (_, "restart" or "try-restart") when job.Unit == ownUnit:
                    reason = StopReason.Restart;
                    break;
                default:
                    break;
            }
        }

        return reason;
    }

    /// <summary>Finds the name of the unit in <c>/proc/self/cgroup</c>.</summary>
    /// <remarks>Source: cgroups(7). Shape: <c>0::/system.slice/nodetelemetry-agent.service</c>;
    /// in version 1, the line with <c>name=systemd</c>.</remarks>
    internal static string? ParseUnit(ReadOnlySpan<byte> controlGroups)
    {
        var lines = new AsciiReader(controlGroups);
        while (lines.TryReadLine(out var line))
        {
            var name = line[(line.LastIndexOf((byte)'/') + 1)..];
            if ((line.StartsWith("0::"u8) || line.IndexOf(":name=systemd:"u8) > 0) && name.EndsWith(".service"u8))
            {
                return System.Text.Encoding.UTF8.GetString(name);
            }
        }

        return null;
    }

    private string? OwnUnit()
    {
        var buffer = new byte[ControlGroupBytesMax];
        return KernelFile.ReadOnce(roots.ProcFile("self/cgroup"), buffer, out var length) == FileOutcome.Ok
            ? ParseUnit(buffer.AsSpan(0, length))
            : null;
    }

    private List<SystemdJob>? ListJobs()
    {
        var path = roots.RunFile("dbus/system_bus_socket");
        if (!File.Exists(path))
        {
            return null;
        }

        List<SystemdJob> jobs = [];
        string? problem = null;
        using var box = new TimeBox("stop reason", ReplyWaitMax);
        var isAnswered = box.TryRun(() =>
        {
            try
            {
                problem = SystemBus.ListJobs(path, out jobs);
            }
            catch (SocketException error)
            {
                problem = error.Message;
            }
        });
        if (isAnswered && problem is null)
        {
            return jobs;
        }

        Log.CannotAsk(logger, path, problem ?? $"no answer within {ReplyWaitMax.TotalSeconds} s");
        return null;
    }
}
