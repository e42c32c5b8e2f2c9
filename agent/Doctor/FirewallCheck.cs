namespace NodeTelemetry.Agent.Doctor;

/// <summary>Packet filters that may keep datagrams in, or probes out.</summary>
/// <remarks>The rules themselves are root's to read; what switches the usual front ends on is not.</remarks>
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
                    "ufw lets nothing out by default.", $"sudo ufw allow out proto udp to any port {context.Port}");
            }

            if (Setting(context, "default/ufw", "DEFAULT_INPUT_POLICY") is "DROP" or "REJECT")
            {
                yield return Finding.Warning(
                    "ufw keeps probes of collectors out unless a rule lets them in; without probes a loss is noticed "
                    + "later, and lost datagrams are not repaired.",
                    $"sudo ufw allow proto udp from any port {context.Port}");
            }
        }

        if (File.Exists(context.Roots.RunFile("firewalld.pid")))
        {
            yield return Finding.Warning(
                "firewalld runs and keeps probes of collectors out, unless the zone lets them in.",
                $"sudo firewall-cmd --permanent --add-source-port={context.Port}/udp && sudo firewall-cmd --reload");
        }
    }

    private static string? Setting(DoctorContext context, string file, string name) =>
        DoctorContext.Lines(context.Roots.EtcFile(file))
            .LastOrDefault(line => line.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..]
            .Trim().Trim('"');
}
