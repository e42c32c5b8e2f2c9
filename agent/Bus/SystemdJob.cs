namespace NodeTelemetry.Agent.Bus;

/// <summary>One entry of systemd's queue of jobs.</summary>
/// <param name="Unit">The unit, such as <c>reboot.target</c>.</param>
/// <param name="Type">What is to be done with it: <c>start</c>, <c>stop</c>, <c>restart</c>.</param>
internal sealed record SystemdJob(string Unit, string Type);
