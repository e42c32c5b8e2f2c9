using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Run;

internal static partial class SampleSources
{
    private static partial class Log
    {
        [LoggerMessage(1005, LogLevel.Warning,
            "No machine-id, board serial number or network card could be read, so the identity {Node} is derived from "
            + "the hostname {Hostname} alone: two nodes with that name would be taken for one. Give the agent access "
            + "to /etc/machine-id, or set --node.")]
        public static partial void NoIdentity(ILogger logger, string hostname, string node);

        [LoggerMessage(1012, LogLevel.Information,
            "The node keeps its identity {Node}; without the state directory, its hardware would give {Derived}.")]
        public static partial void KeptIdentity(ILogger logger, string node, string derived);

        [LoggerMessage(1013, LogLevel.Warning, "The identity file {File} {Problem}.")]
        public static partial void CannotKeepIdentity(ILogger logger, string file, string problem);
    }
}
