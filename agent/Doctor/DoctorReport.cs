using System.Text;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Runs all checks and writes the report.</summary>
internal static class DoctorReport
{
    /// <summary>In the order of troubleshooting: identity, readings, network, obstacles.</summary>
    private static readonly ICheck[] Checks =
    [
        new ContainerCheck(),
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

    /// <summary>Writes the report.</summary>
    /// <param name="context">The input of the checks.</param>
    /// <param name="worst">The highest severity among the findings.</param>
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
                if (finding.Fix is not null)
                {
                    text.Append("           fix: ").AppendLine(finding.Fix);
                }
            }
        }

        worst = (FindingSeverity)Array.FindLastIndex(counts, static count => count > 0);
        text.Append('\n').Append(worst switch
        {
            FindingSeverity.Error => $"{Count(counts[2], "error")}, {Count(counts[1], "warning")}.",
            FindingSeverity.Warning => $"{Count(counts[1], "warning")}.",
            _ => "No problems found.",
        });
        return text.ToString();

        static string Count(int count, string word) => count == 1 ? $"1 {word}" : $"{count} {word}s";
    }
}
