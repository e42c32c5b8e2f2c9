namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>A block device whose line is read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Health">Its health.</param>
/// <param name="PathOf">The disk of which it is one of the paths; <see langword="null"/> for a disk.</param>
internal sealed record BlockDevice(string Name, DiskHealth Health, string? PathOf);
