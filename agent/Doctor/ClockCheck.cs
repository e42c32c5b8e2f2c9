using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Whether the clock can be trusted.</summary>
/// <remarks>Nothing is judged by it: liveness and order go by arrival and sequence. But history and OpenSearch file a
/// reading under its time.</remarks>
internal sealed class ClockCheck : ICheck
{
    /// <summary>This program was not there before.</summary>
    private const int YearMin = 2026;

    /// <inheritdoc/>
    public string Name => "clock";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        const string Repair = "sudo apt-get install systemd-timesyncd && sudo timedatectl set-ntp true";
        var clock = context.Sample.Section(ClockSection.Definition);
        var isSynchronised = clock?[ClockSection.Synchronised] is { } flag
            ? flag > 0
            : File.Exists(context.Roots.RunFile("systemd/timesync/synchronized"));
        if (context.Now.Year < YearMin)
        {
            yield return Finding.Warning(
                $"The clock says {context.Now:yyyy-MM-dd}: readings are filed under that day.", Repair);
        }
        else if (!isSynchronised)
        {
            yield return Finding.Warning(
                "The clock follows no time server, as far as the kernel knows: times of readings may be wrong.",
                Repair);
        }
        else
        {
            yield return Finding.Good("The clock follows a time server.");
        }

        if (clock?[ClockSection.HasRtc] == 0)
        {
            yield return Finding.Good(
                "The board has no clock that runs while it is off: after a boot its time is old until a time server "
                + "answers.");
        }
    }
}
