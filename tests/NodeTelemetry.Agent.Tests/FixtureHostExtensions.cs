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
}
