using System.Text;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Runs every check and writes the page that a person reads.</summary>
internal static class DoctorReport
{
    /// <summary>In the order in which a person would look: who, what, how it gets out, what is in the way.</summary>
    private static readonly ICheck[] Checks =
    [
        new IdentityCheck(),
        new ReadingsCheck(),
        new InterfacesCheck(),
        new RoutesCheck(),
        new SnoopingCheck(),
        new FirewallCheck(),
        new ClockCheck(),
        new FilesystemsCheck(),
        new KernelSwitchesCheck(),
        new PowerCheck(),
        new HatCheck(),
        new OverlaysCheck(),
        new DevicesCheck(),
    ];

    /// <summary>Writes the page.</summary>
    /// <param name="context">What to look at.</param>
    /// <param name="worst">The greatest severity among the findings.</param>
    public static string Write(DoctorContext context, out FindingSeverity worst)
    {
        var text = new StringBuilder();
        var counts = new int[Enum.GetValues<FindingSeverity>().Length];
        text.Append(context.Sample.Hostname);
        if (context.Sample.About is { } about)
        {
            text.Append(": ").AppendJoin(
                ", ",
                ((string?[])[about.Board, about.OperatingSystem, about.Kernel, "agent " + about.AgentVersion])
                    .Where(static part => part is not null));
        }

        text.AppendLine();
        foreach (var check in Checks)
        {
            var isFirst = true;
            foreach (var finding in check.Run(context))
            {
                counts[(int)finding.Severity]++;
                text.Append(isFirst ? $"\n{check.Name}\n" : "");
                isFirst = false;
                text.Append(finding.Severity switch
                {
                    FindingSeverity.Error => "  ERROR    ",
                    FindingSeverity.Warning => "  warning  ",
                    _ => "  ok       ",
                }).AppendLine(finding.Text);
                if (finding.Repair is not null)
                {
                    text.Append("           repair: ").AppendLine(finding.Repair);
                }
            }
        }

        worst = (FindingSeverity)Array.FindLastIndex(counts, static count => count > 0);
        text.Append('\n').Append(worst switch
        {
            FindingSeverity.Error => $"{Count(counts[2], "error")}, {Count(counts[1], "warning")}.",
            FindingSeverity.Warning => $"{Count(counts[1], "warning")}.",
            _ => "All is well.",
        });
        return text.ToString();

        static string Count(int count, string word) => count == 1 ? $"1 {word}" : $"{count} {word}s";
    }
}
