namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>A mount that is worth a reading.</summary>
/// <param name="Info">What mountinfo says of it.</param>
/// <param name="MayHang">Whether asking it may hang, because a server, a program, or one of those on the way to its
/// mount
/// point must answer.</param>
internal sealed record ChosenMount(MountInfo Info, bool MayHang);
