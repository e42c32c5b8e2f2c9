namespace NodeTelemetry.Agent.Doctor;

/// <summary>What the node is known by.</summary>
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
            yield return Finding.Good("The identity is given by --node.");
        }
        else if (identity.IsFallback)
        {
            yield return Finding.Error(
                "Neither machine-id, board serial nor network card can be read: the identity comes from the host name "
                + "alone, and two nodes of that name would be one.",
                "sudo systemd-machine-id-setup");
        }
        else if (identity.Serial is null && identity.HardwareAddress is null)
        {
            yield return Finding.Warning(
                $"The identity {identity.Node} comes from {sources} alone: a clone of this disk would be the same "
                + "node. Give each clone a machine-id of its own.",
                "sudo rm /etc/machine-id && sudo systemd-machine-id-setup");
        }
        else
        {
            yield return Finding.Good($"{identity.Node}, from {sources}.");
        }
    }
}
