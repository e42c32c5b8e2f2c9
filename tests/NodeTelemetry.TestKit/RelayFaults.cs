namespace NodeTelemetry.TestKit;

/// <summary>What a <see cref="LossyRelay"/> does to datagrams, each as a share from 0 to 1; in this order, the first that hits.</summary>
/// <param name="Drop">Not passed on.</param>
/// <param name="Repeat">Passed on twice.</param>
/// <param name="Reorder">Passed on after the one that comes next in the same direction.</param>
/// <param name="Truncate">Cut off somewhere; perhaps to nothing.</param>
/// <param name="Flip">One bit of it turned over.</param>
public sealed record RelayFaults(
    double Drop = 0, double Repeat = 0, double Reorder = 0, double Truncate = 0, double Flip = 0)
{
    /// <summary>Passes everything on as it is.</summary>
    public static readonly RelayFaults None = new();

    /// <summary>Passes nothing on.</summary>
    public static readonly RelayFaults Silence = new(Drop: 1);
}
