using System.Globalization;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>Starts real agents.</summary>
internal static class AgentProcess
{
    /// <summary>Starts an agent on this machine that multicasts on the loopback interface only.</summary>
    public static TestProcess StartOnLoopback(string hostname, int port, params string[] options) => TestProcess.Start(
        [Programs.Agent, "run", "--interface", "lo", .. Common(hostname, options), "--port", port.ToString(CultureInfo.InvariantCulture)]);

    /// <summary>Starts an agent on a host of a lab.</summary>
    public static TestProcess StartOn(NetworkLab lab, int host, string hostname, params string[] options) =>
        TestProcess.Start([.. lab.On(host), Programs.Agent, "run", .. Common(hostname, options)]);

    /// <summary>The hosts of a test share one machine, so their identities are set explicitly.</summary>
    public static string GetNodeId(string hostname) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(hostname)).AsSpan(0, 8));

    private static string[] Common(string hostname, string[] options) =>
        ["--hostname", hostname, "--node", GetNodeId(hostname), .. options];
}
