using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Doctor;
using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Run;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Commands;

/// <summary>The command <c>doctor</c>: reports what is missing on this node and how to fix it.</summary>
internal static class DoctorCommand
{
    /// <summary>Prints the report.</summary>
    /// <returns>The exit code: 0 without findings, 1 for warnings, 2 for errors.</returns>
    public static int Run(AgentOptions options, ShutdownSignals signals, TimeProvider time)
    {
        var hostname = AgentSetup.GetHostname(options);
        var identity = NodeIdentity.Read(options.Roots, hostname);
        var kept = IdentityFile.Find(options.Corrections.StateDirectory, identity, out _);
        var source = new SampleSource(hostname, options.Node ?? kept ?? identity.Node, 0, 0, options.Interval, null);

        // The report contains the failures of samplers, so they are not logged.
        using var loop = SampleTaker.CreateLoop(options, source, time, NullLogger.Instance);
        if (SampleTaker.Take(loop, signals) is not { } sample)
        {
            return 0;
        }

        var context = CreateContext(options, identity, sample, loop, time);
        var page = DoctorReport.Write(context with { Chips = FindChips(context), KeptNode = kept }, out var worst);
        StandardStream.WriteOutput(page);
        return (int)worst;
    }

    /// <summary>Creates the input of the checks.</summary>
    internal static DoctorContext CreateContext(
        AgentOptions options, NodeIdentity identity, NodeSnapshot sample, SampleLoop loop, TimeProvider time) => new()
        {
            Roots = options.Roots,
            Identity = identity,
            IsIdentityGiven = options.Node is not null,
            Sample = sample,
            Samplers = [.. loop.Samplers],
            Interfaces = options.Interfaces,
            Port = options.Port,
            IsSendingIPv4 = options.Group4 is not null,
            IsSendingIPv6 = options.Group6 is not null,
            IsSendingBoth = options.IsSendingBoth,
            TargetCount = options.Targets.Count,
            Now = time.GetUtcNow(),
            I2cBuses = AgentSamplers.FindI2cBuses(options),
            Streams = (
                options.StreamSensors.ParticlesPort is { } port ? StreamSensors.GetPort(options.Roots, port) : null,
                options.StreamSensors.Microphone is { } card ? StreamSensors.GetCard(card) : null),
            IsDisplayWanted = options.Display.Choice != DisplayChoice.None,
        };

    private static List<DetectedChip> FindChips(DoctorContext context)
    {
        var found = new List<DetectedChip>();
        foreach (var number in context.I2cBuses)
        {
            if (context.HasDevice($"i2c-{number}"))
            {
                using var bus = new LinuxI2cBus(context.Roots, number);
                found.AddRange(ChipSearch.Run(context.Roots, number, bus.Device));
            }
        }

        return found;
    }
}
