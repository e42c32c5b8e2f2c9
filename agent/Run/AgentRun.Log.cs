using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Run;

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

        [LoggerMessage(1007, LogLevel.Information, "Saying goodbye: {Reason}.")]
        public static partial void Goodbye(ILogger logger, string reason);

        [LoggerMessage(1008, LogLevel.Information, "Saying goodbye: {Reason}; expected back within {Back}.")]
        public static partial void GoodbyeFor(ILogger logger, string reason, TimeSpan back);

        [LoggerMessage(
            1009, LogLevel.Error, "The configuration stays as it was, because the new one is wrong: {Problem}")]
        public static partial void ReloadRefused(ILogger logger, string problem);

        [LoggerMessage(1010, LogLevel.Information,
            "The configuration was read again: one sample every {Interval}, {Targets} targets, {Labels} labels.")]
        public static partial void Reloaded(ILogger logger, TimeSpan interval, int targets, int labels);

        [LoggerMessage(1011, LogLevel.Warning,
            "--node and the folders of the kernel's files are taken at the start only; restart the agent to change "
            + "them.")]
        public static partial void NeedsRestart(ILogger logger);
    }
}
