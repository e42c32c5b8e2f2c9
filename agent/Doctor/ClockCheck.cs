using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Checks the clock.</summary>
/// <remarks>Loss detection and order use arrival and sequence, not this clock.
/// But history and OpenSearch store a reading under its time.</remarks>
internal sealed class ClockCheck : ICheck
{
    /// <summary>The year of the program's first release.</summary>
    private const int YearMin = 2026;

    /// <inheritdoc/>
    public string Name => "clock";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        const string Fix = "sudo apt-get install systemd-timesyncd && sudo timedatectl set-ntp true";
        var clock = context.Sample.Section(ClockSection.Definition);
        var isSynchronised = clock?[ClockSection.Synchronised] is { } flag
            ? flag > 0
            : File.Exists(context.Roots.RunFile("systemd/timesync/synchronized"));
        if (context.Now.Year < YearMin)
        {
            yield return Finding.Warning(
                $"The clock is wrong ({context.Now:yyyy-MM-dd}): readings are stored under that day.", Fix);
        }
        else if (!isSynchronised)
        {
            yield return Finding.Warning(
                "The clock is not synchronised with a time server: times of readings may be wrong.", Fix);
        }
        else
        {
            yield return Finding.Good("The clock is synchronised with a time server.");
        }

        if (nint.Size == sizeof(int))
        {
            yield return Finding.Good("This is the agent for 32 bits, whose clock ends on 2038-01-19.");
        }

        if (clock?[ClockSection.HasRtc] == 0)
        {
            yield return Finding.Good(
                "The board has no battery-backed clock: after a boot, its time is wrong until a time server replies.");
        }
    }
}
