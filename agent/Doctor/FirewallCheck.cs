namespace NodeTelemetry.Agent.Doctor;

/// <summary>Checks for packet filters that may block datagrams or probes.</summary>
/// <remarks>Only root can read the rules, but every user can read whether the usual front ends are enabled.</remarks>
internal sealed class FirewallCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "firewall";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        if (Setting(context, "ufw/ufw.conf", "ENABLED") is "yes")
        {
            if (Setting(context, "default/ufw", "DEFAULT_OUTPUT_POLICY") is "DROP" or "REJECT")
            {
                yield return Finding.Error(
                    "ufw blocks outgoing datagrams by default.",
                    $"sudo ufw allow out proto udp to any port {context.Port}");
            }

            if (Setting(context, "default/ufw", "DEFAULT_INPUT_POLICY") is "DROP" or "REJECT")
            {
                yield return Finding.Warning(
                    "ufw blocks probes of collectors unless a rule allows them; without probes, a loss is detected "
                    + "later and lost datagrams are not repaired.",
                    $"sudo ufw allow proto udp from any port {context.Port}");
            }
        }

        if (File.Exists(context.Roots.RunFile("firewalld.pid")))
        {
            yield return Finding.Warning(
                "firewalld is active and blocks probes of collectors unless the zone allows them.",
                $"sudo firewall-cmd --permanent --add-source-port={context.Port}/udp && sudo firewall-cmd --reload");
        }
    }

    private static string? Setting(DoctorContext context, string file, string name) =>
        DoctorContext.ReadLines(context.Roots.EtcFile(file))
            .LastOrDefault(line => line.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..]
            .Trim().Trim('"');
}
