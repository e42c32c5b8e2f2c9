using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Sampling;

internal sealed partial class SamplerRunner
{
    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Warning,
            "The sampler {Sampler} could not read its source, or found no sense in it; {Suppressed} more times "
            + "unlogged (one line in {Window}).")]
        public static partial void SamplerFailed(ILogger logger, string sampler, int suppressed, TimeSpan window);

        [LoggerMessage(1202, LogLevel.Error,
            "The sampler {Sampler} has a defect; its readings are missing ({Suppressed} more times unlogged). "
            + "Please report this.")]
        public static partial void SamplerThrew(ILogger logger, string sampler, int suppressed, Exception error);
    }
}
