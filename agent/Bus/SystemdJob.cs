namespace NodeTelemetry.Agent.Bus;

/// <summary>One entry of systemd's job queue.</summary>
/// <param name="Unit">The unit, such as <c>reboot.target</c>.</param>
/// <param name="Type">The job type: <c>start</c>, <c>stop</c>, <c>restart</c>.</param>
internal sealed record SystemdJob(string Unit, string Type);
