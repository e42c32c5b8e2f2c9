namespace NodeTelemetry.Agent.Doctor;

/// <summary>Checks the sources of the node's identity.</summary>
internal sealed class IdentityCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "identity";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        var identity = context.Identity;
        (string? Value, string Name)[] all =
        [
            (identity.MachineId, "machine-id"),
            (identity.Serial, "board serial"),
            (identity.HardwareAddress, "network card"),
        ];
        var sources = string.Join(
            ", ", all.Where(static source => source.Value is not null).Select(static source => source.Name));
        if (context.IsIdentityGiven)
        {
            yield return Finding.Good("The identity is set by --node.");
        }
        else if (context.KeptNode is { } kept && kept != identity.Node)
        {
            yield return Finding.Good(
                $"{kept}, kept in the state directory; the present hardware would give {identity.Node}.");
        }
        else if (identity.IsFallback)
        {
            yield return Finding.Error(
                "Machine-id, board serial and network card are all unreadable: the identity depends on the host name "
                + "alone, so two nodes with this name would be mistaken for one.",
                "sudo systemd-machine-id-setup");
        }
        else if (identity.Serial is null && identity.HardwareAddress is null)
        {
            yield return Finding.Warning(
                $"The identity {identity.Node} depends on {sources} alone: a clone of this disk would be mistaken for "
                + "this node. Give each clone a unique machine-id.",
                "sudo rm /etc/machine-id && sudo systemd-machine-id-setup");
        }
        else
        {
            yield return Finding.Good($"{identity.Node}, from {sources}.");
        }
    }
}
