namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>A mount that is reported.</summary>
/// <param name="Info">Its line of mountinfo.</param>
/// <param name="MayHang">Whether a query may hang, because a server or user-space program behind it, or behind a parent
/// of its mount point, must respond.</param>
internal sealed record SelectedMount(MountInfo Info, bool MayHang);
