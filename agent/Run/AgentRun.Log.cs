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

        [LoggerMessage(1004, LogLevel.Warning, "{Warning}")]
        public static partial void Warning(ILogger logger, string warning);

        [LoggerMessage(1007, LogLevel.Information, "Sending a goodbye: {Reason}.")]
        public static partial void Goodbye(ILogger logger, string reason);

        [LoggerMessage(1008, LogLevel.Information, "Sending a goodbye: {Reason}; expected back within {Back}.")]
        public static partial void GoodbyeFor(ILogger logger, string reason, TimeSpan back);

        [LoggerMessage(1009, LogLevel.Error, "Reload rejected, the previous configuration remains: {Problem}")]
        public static partial void ReloadRefused(ILogger logger, string problem);

        [LoggerMessage(1010, LogLevel.Information,
            "Configuration reloaded: one sample every {Interval}, {Targets} targets, {Labels} labels.")]
        public static partial void Reloaded(ILogger logger, TimeSpan interval, int targets, int labels);

        [LoggerMessage(1011, LogLevel.Warning,
            "--node and the root directories take effect at start only; restart the agent to change them.")]
        public static partial void NeedsRestart(ILogger logger);
    }
}
