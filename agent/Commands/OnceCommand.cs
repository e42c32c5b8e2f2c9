using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Run;

namespace NodeTelemetry.Agent.Commands;

/// <summary>The command <c>once</c>: prints one sample.</summary>
internal static class OnceCommand
{
    /// <summary>Prints the sample.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(AgentOptions options, ShutdownSignals signals, TimeProvider time, ILogger logger)
    {
        if (SampleTaker.Take(options, signals, time, logger) is { } sample)
        {
            StandardStream.WriteOutput(SampleText.Write(sample));
        }

        return 0;
    }
}
