using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent;

internal static partial class AgentRun
{
    private static partial class Log
    {
        [LoggerMessage(
            1002, LogLevel.Information, "Agent {Version} started as {Hostname} ({Node}), one sample every {Interval}.")]
        public static partial void Started(
            ILogger logger, string version, string hostname, string node, TimeSpan interval);

        [LoggerMessage(1003, LogLevel.Information,
            "Stopped after {Samples} samples: {Sent} datagrams sent, {Failed} not sent, {Skipped} ticks skipped, "
            + "{SamplersFailed} sampler failures, {Answered} requests answered, {Refused} refused.")]
        public static partial void Stopped(
            ILogger logger,
            long samples,
            long sent,
            long failed,
            long skipped,
            long samplersFailed,
            long answered,
            long refused);

        [LoggerMessage(1004, LogLevel.Warning, "{Suspicion}")]
        public static partial void Suspicious(ILogger logger, string suspicion);

        [LoggerMessage(1005, LogLevel.Warning,
            "No machine-id, board serial or network card could be read, so the identity {Node} comes from the host "
            + "name {Hostname} alone: two nodes of that name would be taken for one. Give /etc/machine-id to the "
            + "agent, "
            + "or set --node.")]
        public static partial void NoIdentity(ILogger logger, string hostname, string node);
    }
}
